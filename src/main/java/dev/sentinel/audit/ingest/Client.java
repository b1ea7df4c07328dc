package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.ratelimit.Allowance;
import dev.sentinel.audit.http.ratelimit.Quota;
import dev.sentinel.audit.http.ratelimit.RateLimiter;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sender of a request with events, and its limits. Event loop. */
public record Client(
        Principal principal,
        @Nullable Allowance allowance,
        @Nullable Quota quota,
        HttpServerResponse response) {
    /** Refused work costs one event for each of these, about the size of an event. */
    private static final int BYTES_PER_EVENT = 1024;

    private static final FieldError RESERVED_AGENT = new FieldError(
            "/" + EventJson.AGENT_INSTANCE_ID,
            "must not be \"" + AdminEvent.AGENT + "\", which is reserved for what the server itself records");

    private static final FieldError RESERVED_RESOURCE = new FieldError(
            "/" + EventJson.RESOURCE,
            "must not be \"" + TraceSummary.NOTE + "\", which is reserved for POST /v1/notes");

    static Client of(RoutingContext ctx, RateLimiter limiter) {
        Principal principal = Caller.of(ctx);
        return new Client(
                principal,
                limiter.events(ctx.request(), principal),
                limiter.bytes(ctx.request(), principal),
                ctx.response());
    }

    /** The id of its key; null without authentication. */
    public @Nullable String id() {
        return principal.id();
    }

    /** The refusal of a client that may send nothing at the moment; null if it may send something. */
    @Nullable
    ProblemException exhausted() {
        if (allowance != null && allowance.isExhausted()) {
            return limited(allowance, 1);
        }
        return quota != null && quota.isExhausted() ? limited(quota, 1) : null;
    }

    /** Events that a batch may have: a larger one could never pass. */
    public int maxBatch() {
        return allowance == null ? Integer.MAX_VALUE : allowance.limit().events();
    }

    /** Says why a batch has too many events if the reason is the rate limit; begins with a space if not empty. */
    String note(TooManyEventsException refused) {
        return allowance == null || refused.maxEvents() != maxBatch()
                ? ""
                : " The rate limit is " + allowance.limit() + ", so a larger batch can never pass.";
    }

    /** Takes the bytes of a body; fails with the refusal. */
    Future<Void> takeBytes(long bytes) {
        if (quota == null) {
            return Future.succeededFuture();
        }
        return quota.take(bytes)
                .compose(taken -> taken ? Future.succeededFuture() : Future.failedFuture(refusal(quota, bytes)));
    }

    private ProblemException refusal(Quota by, long bytes) {
        return bytes <= by.bytesPerDay()
                ? limited(by, bytes)
                : new Problem(
                                413,
                                "The limit is " + by.bytesPerDay()
                                        + " bytes a day (DAILY_BYTES), and this body is larger: it can never pass.")
                        .asException();
    }

    /** Takes this many events from the allowance; fails with the refusal. */
    Future<Void> take(int events) {
        if (allowance == null) {
            return Future.succeededFuture();
        }
        return allowance.take(events).compose(taken -> {
            if (!taken) {
                return Future.failedFuture(limited(allowance, events));
            }
            putFields(allowance);
            return Future.succeededFuture();
        });
    }

    /**
     * Takes events that cannot be refused any more, because others of their request are stored: a client that sends
     * such a request again would be refused again and again. It may then be in debt.
     */
    public void owe(int events) {
        if (allowance != null) {
            allowance.charge(events);
            putFields(allowance);
        }
    }

    /** Takes bytes that cannot be refused any more, like {@link #owe}. */
    public void oweBytes(long bytes) {
        if (quota != null) {
            quota.charge(bytes);
        }
    }

    /** Charges for a body that was read and decoded in vain: otherwise a limit would not bound the work. */
    public void charge(long bytes) {
        if (allowance != null) {
            allowance.charge(bytes / BYTES_PER_EVENT);
        }
    }

    private ProblemException limited(Allowance by, int events) {
        putFields(by);
        return limited(
                by.untilAvailable(events),
                "The limit is " + by.limit()
                        + ", counted in events. No event of this request was stored. Retry later.");
    }

    private ProblemException limited(Quota by, long bytes) {
        return limited(
                by.untilAvailable(bytes),
                "The limit is " + by.bytesPerDay()
                        + " bytes a day (DAILY_BYTES). No event of this request was stored. Retry later.");
    }

    private ProblemException limited(Duration wait, String detail) {
        // A timeout may have answered already.
        if (!response.headWritten()) {
            response.putHeader("Retry-After", Long.toString(Math.max(1, Allowance.ceilSeconds(wait))));
        }
        return new Problem(429, detail).asException();
    }

    private void putFields(Allowance of) {
        if (!response.headWritten()) {
            response.putHeader("RateLimit-Policy", of.policyField()).putHeader("RateLimit", of.field());
        }
    }

    /** Replaces the events of a body that this sender may not send in this format. */
    static DecodedBody check(DecodedBody decoded, BodyFormat format, Principal sender) {
        return new DecodedBody(
                decoded.batch(),
                decoded.events().stream()
                        .map(event -> check(event, format, sender))
                        .toList());
    }

    private static DecodedEvent check(DecodedEvent decoded, BodyFormat format, Principal sender) {
        if (!(decoded instanceof DecodedEvent.Valid valid)) {
            return decoded;
        }
        AuditEvent event = valid.event();
        List<FieldError> reserved = new ArrayList<>();
        if (isReservedAgent(event)) {
            reserved.add(RESERVED_AGENT);
        }
        if (isReservedResource(event) && !format.isForNotes()) {
            reserved.add(RESERVED_RESOURCE);
        }
        if (!reserved.isEmpty()) {
            return new DecodedEvent.Invalid(event.eventId().toString(), reserved);
        }
        return sender.mayTouch(event.agentInstanceId()) ? valid : new DecodedEvent.Foreign(event);
    }

    /** Whether the agent has the name under which the server records its own acts. */
    public static boolean isReservedAgent(AuditEvent event) {
        return event.agentInstanceId().equals(AdminEvent.AGENT);
    }

    /**
     * Whether the resource is that of notes. Of those, the server itself says who wrote them, so a client that sends
     * one as an event could put words into the mouth of somebody else.
     */
    public static boolean isReservedResource(AuditEvent event) {
        return event.resource().equals(TraceSummary.NOTE);
    }

    /** The beginning that the ids of its agents must have; empty for any. */
    public String agentPrefix() {
        return principal.agentPrefix();
    }

    /** Whether it may send events for this agent. */
    public boolean mayTouch(String agentInstanceId) {
        return principal.mayTouch(agentInstanceId);
    }
}
