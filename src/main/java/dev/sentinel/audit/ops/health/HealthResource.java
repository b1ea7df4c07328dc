package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.http.ApiResource;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * {@code GET /health/live} and {@code GET /health/ready}, for supervisors and load balancers.
 *
 * <p>Live means only that the event loop is responsive: restarting the process does not free a disk. Ready is what
 * {@link HealthVerticle} reports; if it does not answer, the server is not ready.
 */
public final class HealthResource implements ApiResource {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final String ALIVE = "{\"status\":\"UP\",\"checks\":[]}";
    private static final Health SILENT = new Health(
            false,
            "{\"status\":\"DOWN\",\"checks\":[{\"id\":\"health\",\"status\":\"DOWN\","
                    + "\"data\":{\"detail\":\"the checks do not answer\"}}]}");

    @Override
    public void mount(Router router) {
        router.get("/health/live").handler(context -> answer(context, 200, ALIVE));
        router.get("/health/ready").handler(this::ready);
    }

    private void ready(RoutingContext context) {
        Health.ADDRESS
                .request(context.vertx().eventBus(), new Health.Ask(), TIMEOUT)
                .otherwise(SILENT)
                .onSuccess(health -> answer(context, health.ready() ? 200 : 503, health.json()));
    }

    private static void answer(RoutingContext context, int status, String json) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(json);
    }
}
