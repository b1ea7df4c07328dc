package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.OutageLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One place outside that checkpoints go to. One at a time, and while it does not answer only the newest one waits: a
 * newer checkpoint says more. The last one is tried again until it is there. Confined to one context.
 */
final class Outlet {
    private static final long RETRY_MS = 5_000;

    private final Vertx vertx;
    private final String place;
    private final Function<SignedNote, Future<Void>> send;
    private final Runnable release;
    private final OutageLog outage;
    private @Nullable SignedNote waiting;
    private Future<Void> sending = Future.succeededFuture();

    /**
     * @param place for log lines, without secrets
     * @param send MUST complete on the context of the caller
     * @param release gives back what {@code send} uses
     */
    Outlet(Vertx vertx, String place, Function<SignedNote, Future<Void>> send, Runnable release, OutageLog outage) {
        this.vertx = vertx;
        this.place = place;
        this.send = send;
        this.release = release;
        this.outage = outage;
    }

    void offer(SignedNote note) {
        waiting = note;
        send();
    }

    private void send() {
        SignedNote note = waiting;
        if (note == null || !sending.isComplete()) {
            return;
        }
        sending = send.apply(note).onComplete(done -> {
            if (done.failed()) {
                outage.failed(place, done.cause().getMessage());
                vertx.setTimer(RETRY_MS, again -> send());
                return;
            }
            outage.succeeded();
            if (note.equals(waiting)) {
                waiting = null;
            }
            send();
        });
    }

    /** Waits for what is being sent and for the last one, but not for long. Never fails. */
    Future<Void> close(Duration longest) {
        return sending.compose(done -> sending)
                .timeout(longest.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .onComplete(done -> release.run());
    }
}
