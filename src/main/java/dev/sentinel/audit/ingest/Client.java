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

/** The sender of a request with events, and its rate limit. Event loop. */
record Client(Principal principal, @Nullable Allowance allowance, HttpServerResponse response) {

    static Client of(RoutingContext ctx, RateLimiter limiter) {
        Principal principal = Caller.of(ctx);
        return new Client(principal, limiter.allowance(ctx.request(), principal), ctx.response());
    }

    @Nullable
    String id() {
        return principal.id();
    }

    /** Whether the client may send no event at the moment. */
    boolean isExhausted() {
        return allowance != null && allowance.isExhausted();
    }

    /** The refusal of this many events. */
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
                                ? limit + "; this batch exceeds it. Send smaller batches."
                                : limit + ". No event of this request was stored. Retry later.")
                .asException();
    }

    /** Takes this many events from the allowance; returns null, or the refusal. */
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

    /** Marks the events of the body that the client may not send. */
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
