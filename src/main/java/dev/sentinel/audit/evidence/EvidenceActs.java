package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.model.ActorType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captures what happens to the signed log as events of the log itself. Any thread. */
public final class EvidenceActs {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceActs.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** At a start, acts are not served yet. */
    private static final int RETRIES = 60;

    private final Vertx vertx;
    private final Clock clock;

    public EvidenceActs(Vertx vertx, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    AdminAct begun(int number, VerifierKey key) {
        return act(
                "log.begun", Map.of("number", Integer.toString(number), "origin", key.name(), "vkey", key.toString()));
    }

    /** What was in the log when it was begun is signed as it was found: nothing is proven about earlier changes. */
    AdminAct sealed(long events, long size, TreeHash root) {
        return act(
                "log.sealed",
                Map.of("events", Long.toString(events), "size", Long.toString(size), "root", root.base64()));
    }

    private AdminAct act(String what, Map<String, String> details) {
        return AdminEvent.of(ActorType.SYSTEM, what, Instant.now(clock), details);
    }

    /**
     * Captures acts. Those that were captured before are not captured twice.
     *
     * @return completes on the caller's context when all are durable
     */
    Future<Void> record(List<AdminAct> acts) {
        return Future.all(acts.stream().map(act -> record(act, RETRIES)).toList())
                .<Void>mapEmpty()
                .onFailure(cause -> LOG.warn(
                        "acts not captured reason=\"{}\" effect=\"the next start tries again\"", cause.getMessage()));
    }

    private Future<Void> record(AdminAct act, int retries) {
        return RecordAct.ADDRESS
                .request(vertx.eventBus(), new RecordAct(act), TIMEOUT)
                .recover(cause -> retries == 0
                        ? Future.failedFuture(cause)
                        : vertx.timer(1, TimeUnit.SECONDS).compose(again -> record(act, retries - 1)));
    }
}
