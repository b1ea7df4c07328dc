package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoutesTest {
    /** Files of pages, and what only those use, are no part of the interface. */
    private static final Pattern OF_A_PAGE = Pattern.compile("GET /docs/\\{file}|[A-Z]+ /ui(/.*)?");

    @Test
    void routes_all_areThoseOfTheContract(@TempDir Path directory) {
        Set<String> mounted = new TreeSet<>();
        Vertx vertx = Vertx.vertx();
        try (RunningServer server = RunningServer.start(directory)) {
            Router router = Router.router(vertx);
            server.resources().forEach(resource -> resource.mount(router));
            router.getRoutes().stream()
                    // Those without methods guard what others serve.
                    .filter(route -> route.methods() != null)
                    .forEach(route -> route.methods()
                            .forEach(method ->
                                    mounted.add(method + " " + route.getName().replaceAll(":(\\w+)", "{$1}"))));
        } finally {
            vertx.close().await();
        }
        mounted.removeIf(OF_A_PAGE.asMatchPredicate());

        assertThat(mounted).isEqualTo(OpenApiContract.load().operations());
    }
}
