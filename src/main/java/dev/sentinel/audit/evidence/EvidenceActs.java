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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Captures what happens to the signed log as events of the log itself. Any thread; nobody waits for it. */
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

    void begun(int number, VerifierKey key) {
        record("log.begun", Map.of("number", Integer.toString(number), "origin", key.name(), "vkey", key.toString()));
    }

    /** What was in the log when it was begun is signed as it was found: nothing is proven about earlier changes. */
    void sealed(long events, long size, TreeHash root) {
        record(
                "log.sealed",
                Map.of("events", Long.toString(events), "size", Long.toString(size), "root", root.base64()));
    }

    private void record(String what, Map<String, String> details) {
        AdminAct act = AdminEvent.of(ActorType.SYSTEM, what, Instant.now(clock), details);
        record(act, RETRIES).onFailure(cause -> LOG.warn("act not captured act={} details={}", what, details));
    }

    private Future<Void> record(AdminAct act, int retries) {
        return RecordAct.ADDRESS
                .request(vertx.eventBus(), new RecordAct(act), TIMEOUT)
                .recover(cause -> retries == 0
                        ? Future.failedFuture(cause)
                        : vertx.timer(1, TimeUnit.SECONDS).compose(again -> record(act, retries - 1)));
    }
}
