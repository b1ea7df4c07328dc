package dev.sentinel.audit.query.export;

import dev.sentinel.audit.http.Abort;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The places for exports that run at the same time. */
record Places(Budget permits) {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    /**
     * Takes a place, which must be released. It is revoked, and the connection closed, if another client needs it and
     * this one has several. Fails with the refusal.
     */
    Future<Permit> take(RoutingContext ctx) {
        HttpConnection connection = ctx.request().connection();
        return permits.take(Caller.client(ctx), 1)
                .recover(none -> Future.failedFuture(
                        new Problem(503, "Too many exports are running (MAX_EXPORTS). Retry later.").asException()))
                .onSuccess(permit -> permit.onRevoke(() -> {
                    LOG.warn("export revoked cause=\"its client has another one, and another client needs a place\"");
                    Abort.now(connection);
                }));
    }
}
