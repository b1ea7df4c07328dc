package dev.sentinel.audit.forward;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures what happens to destinations as events of the log itself, which go to the destinations like all others. Only
 * changes are captured, never a delivery or a failed attempt: so the events about a destination that is away are few,
 * and those that it gets when it is back cause no new ones. Any thread.
 */
final class ForwardActs {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardActs.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int RETRIES = 60;

    private final Vertx vertx;
    private final Clock clock;

    ForwardActs(Vertx vertx, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** What an administrator does. Completes when it is durable: only then may it be done. */
    Future<Void> administrator(String what, Map<String, ?> details) {
        return capture(AdminEvent.of(ActorType.HUMAN, "destinations." + what, Instant.now(clock), details));
    }

    /** What the server notices. If the store does not accept it for a minute, logs it. */
    void server(String what, boolean isWell, Map<String, ?> details) {
        AdminAct act = AdminEvent.ofTrace(
                UUID.randomUUID(),
                ActorType.SYSTEM,
                "destination." + what,
                isWell ? EventStatus.SUCCESS : EventStatus.ERROR,
                Instant.now(clock),
                details);
        capture(act, RETRIES).onFailure(cause -> LOG.warn("act not captured act=destination.{}", what));
    }

    private Future<Void> capture(AdminAct act) {
        return RecordAct.ADDRESS.request(vertx.eventBus(), new RecordAct(act), TIMEOUT);
    }

    private Future<Void> capture(AdminAct act, int retries) {
        return capture(act)
                .recover(cause -> retries == 0
                        ? Future.failedFuture(cause)
                        : vertx.timer(1, TimeUnit.SECONDS).compose(again -> capture(act, retries - 1)));
    }
}
