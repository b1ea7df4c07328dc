package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.BasePath;
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
    /** Files of pages, and routes that only those use, are not part of the API. */
    private static final Pattern OF_A_PAGE = Pattern.compile("GET /docs/.*|[A-Z]+ /ui(/.*)?");

    /** A base path that began like a route would hide it. */
    @Test
    void routes_theirFirstSegments_areReserved(@TempDir Path directory) {
        Set<String> segments = new TreeSet<>();
        Vertx vertx = Vertx.vertx();
        try (RunningServer server = RunningServer.start(directory)) {
            Router router = Router.router(vertx);
            server.resources().forEach(resource -> resource.mount(router));
            router.getRoutes().stream()
                    .filter(route -> route.getName() != null)
                    .forEach(route -> segments.add(route.getName().split("/", -1)[1]));
        } finally {
            vertx.close().await();
        }
        // The root page.
        segments.remove("");

        assertThat(segments).isEqualTo(BasePath.RESERVED);
    }

    @Test
    void routes_all_areThoseOfTheContract(@TempDir Path directory) {
        Set<String> mounted = new TreeSet<>();
        Vertx vertx = Vertx.vertx();
        try (RunningServer server = RunningServer.start(directory)) {
            Router router = Router.router(vertx);
            server.resources().forEach(resource -> resource.mount(router));
            router.getRoutes().stream()
                    // Routes without methods only guard other routes.
                    .filter(route -> route.methods() != null)
                    .forEach(route -> route.methods()
                            .forEach(method -> mounted.add(method + " "
                                    + route.getName()
                                            .replaceAll(":(\\w+)", "{$1}")
                                            .replaceAll("/tile/[*]?$", "/tile/{tile}"))));
        } finally {
            vertx.close().await();
        }
        mounted.removeIf(OF_A_PAGE.asMatchPredicate());

        assertThat(mounted).isEqualTo(OpenApiContract.load().operations());
    }
}
