package dev.sentinel.audit.query.export;

import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captures an export as two events of one trace: one when it begins and one when it ends. */
final class ExportActs {
    private static final Logger LOG = LoggerFactory.getLogger(ExportActs.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Attempts to record the end in a store that is busy or briefly unavailable. */
    private static final int RETRIES = 60;

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final UUID trace = UUID.randomUUID();
    private final Map<String, Object> details;

    /** @param details the key, the address and the query */
    ExportActs(Vertx vertx, Map<String, Object> details) {
        this.vertx = vertx;
        this.details = Map.copyOf(details);
    }

    /** The key and the address of a client, for the details. Can be added to. */
    static Map<String, Object> caller(RoutingContext ctx, ClientAddress addresses) {
        Principal caller = Caller.of(ctx);
        InetAddress address = addresses.of(ctx.request());
        Map<String, Object> details = new TreeMap<>();
        details.put("key_id", caller.id() == null ? "none" : caller.id());
        details.put("address", address == null ? "unknown" : address.getHostAddress());
        return details;
    }

    /** Records the begin; completes when it is durable. */
    Future<Void> recordBegin() {
        return capture(act("export.begin", EventStatus.PENDING, details));
    }

    /**
     * Records the end. If the store does not accept it, logs it.
     *
     * @param leavesSha256 by which a file can be recognized as the one that was sent
     */
    void recordEnd(long events, Optional<String> leavesSha256, boolean complete) {
        Map<String, Object> result = new TreeMap<>(details);
        result.put("events", Long.toString(events));
        leavesSha256.ifPresent(digest -> result.put("leaves_sha256", digest));
        capture(act("export.end", complete ? EventStatus.SUCCESS : EventStatus.ERROR, result), RETRIES)
                .onFailure(cause -> LOG.warn(
                        "end of export not captured trace_id={} events={} complete={}", trace, events, complete));
    }

    private AdminAct act(String resource, EventStatus status, Map<String, Object> metadata) {
        return AdminEvent.ofTrace(trace, ActorType.HUMAN, resource, status, Instant.now(), metadata);
    }

    private Future<Void> capture(AdminAct act) {
        return RecordAct.ADDRESS.request(vertx.eventBus(), new RecordAct(act), TIMEOUT);
    }

    private Future<Void> capture(AdminAct act, int retries) {
        return capture(act)
                .recover(cause -> retries == 0
                        ? Future.failedFuture(cause)
                        : vertx.timer(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                                .compose(again -> capture(act, retries - 1)));
    }
}
