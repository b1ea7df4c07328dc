package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Finds out whether a log still has what a cursor has passed. Any thread. */
final class CursorCheck {
    private final ForwardParts parts;

    CursorCheck(ForwardParts parts) {
        this.parts = parts;
    }

    /**
     * Whether the event before this position is in the log. Asks for a while before it says no: another server may have
     * appended it, and this one does not know yet.
     */
    Future<Boolean> isInLog(long next) {
        return isInLog(next, System.nanoTime() + parts.timing().reset().toNanos());
    }

    /** Whether this very event is in the log. Asks for a while, too. */
    Future<Boolean> isInLog(LastDelivered last) {
        return isInLog(last.seq() + 1)
                .compose(isThere -> isThere
                        ? parts.log().read(last.seq(), 1)
                        : Future.<List<StoredEvent>>succeededFuture(List.of()))
                .map(found -> !found.isEmpty()
                        && found.get(0).seq() == last.seq()
                        && found.get(0).event().eventId().equals(last.eventId()));
    }

    private Future<Boolean> isInLog(long next, long until) {
        if (next <= parts.log().end()) {
            return Future.succeededFuture(true);
        }
        return parts.log().read(next - 1, 1).compose(found -> {
            if (!found.isEmpty() || System.nanoTime() - until >= 0) {
                return Future.succeededFuture(!found.isEmpty());
            }
            long pause = Math.max(1, parts.timing().tick().toMillis());
            return parts.vertx().timer(pause, TimeUnit.MILLISECONDS).compose(again -> isInLog(next, until));
        });
    }
}
