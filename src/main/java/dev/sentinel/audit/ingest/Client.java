package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.ratelimit.Allowance;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.keys.Principal;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who sends a request with events, and how many it may send. Event loop. */
record Client(Principal principal, @Nullable Allowance allowance, HttpServerResponse response) {

    static Client of(RoutingContext ctx, RateLimiter limiter) {
        Principal principal = Caller.of(ctx);
        return new Client(principal, limiter.allowance(ctx.request(), principal), ctx.response());
    }

    @Nullable
    String id() {
        return principal.id();
    }

    /** Whether it may send nothing now. */
    boolean isUsedUp() {
        return allowance != null && allowance.isUsedUp();
    }

    /** Why so many events are refused. */
    ProblemException limited(int events) {
        if (allowance == null) {
            throw new IllegalStateException("there is no limit");
        }
        Duration wait = allowance.untilAvailable(events);
        putFields(allowance);
        response.putHeader("Retry-After", Long.toString(Math.max(1, Allowance.ceilSeconds(wait))));
        String limit = "The limit is " + allowance.limit() + ", counted in events";
        return new Problem(
                        429,
                        events > allowance.limit().events()
                                ? limit + "; this batch holds more than that. Send smaller ones."
                                : limit + ". Nothing of this request was stored; send it again later.")
                .asException();
    }

    /** Takes so many events from what it may send; why not, or null if they were taken. */
    @Nullable
    ProblemException take(int events) {
        if (allowance == null) {
            return null;
        }
        if (!allowance.take(events)) {
            return limited(events);
        }
        putFields(allowance);
        return null;
    }

    private void putFields(Allowance of) {
        if (!response.headWritten()) {
            response.putHeader("RateLimit-Policy", of.policyField()).putHeader("RateLimit", of.field());
        }
    }

    /** The body, with the events marked that it may not send. */
    DecodedBody markForeign(DecodedBody decoded) {
        if (principal.agentPrefix().isEmpty()) {
            return decoded;
        }
        return new DecodedBody(
                decoded.batch(),
                decoded.events().stream().map(this::markForeign).toList());
    }

    private DecodedEvent markForeign(DecodedEvent decoded) {
        if (decoded instanceof DecodedEvent.Valid valid) {
            AuditEvent event = valid.event();
            return principal.mayTouch(event.agentInstanceId()) ? valid : new DecodedEvent.Foreign(event);
        }
        return decoded;
    }
}
