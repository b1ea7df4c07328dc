package dev.sentinel.audit.ops.metrics;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** {@code GET /metrics}: what Prometheus scrapes. */
public final class MetricsResource implements ApiResource {
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    // Prometheus times out after 10 s by default; an earlier answer carries the reason.
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    // Scrapes are served one after the other, and each holds some 100 kB: enough for two Prometheus servers and a
    // person.
    private static final int MAX_WAITING = 4;

    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    @Override
    public void mount(Router router) {
        router.get("/metrics").handler(this::scrape);
    }

    private void scrape(RoutingContext context) {
        if (!waiting.tryAcquire()) {
            context.fail(new Problem(503, "Too many scrapes are running. Retry later.").asException());
            return;
        }
        Scrape.ADDRESS
                .request(context.vertx().eventBus(), new Scrape(), TIMEOUT)
                .onComplete(answer -> waiting.release())
                .onSuccess(text -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT_FORMAT)
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(text))
                .onFailure(failure -> context.fail(
                        new Problem(503, "The metrics could not be collected in time. Retry later.").asException()));
    }
}
