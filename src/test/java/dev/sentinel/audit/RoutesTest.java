package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.docs.OpenApiContract;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoutesTest {
    /** Files of the page, which are no part of the interface. */
    private static final String FILES_OF_THE_PAGE = "GET /docs/{file}";

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
        mounted.remove(FILES_OF_THE_PAGE);

        assertThat(mounted).isEqualTo(OpenApiContract.load().operations());
    }
}
