package dev.sentinel.audit.forward;

import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.LogReader;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where in the log a destination begins, or goes on. */
public sealed interface StartPoint {
    /** What the text may be, for messages. */
    String FORM = "now, begin, seq:N with a position, or time:T with an RFC 3339 time such as 2026-01-31T13:45:00Z";

    /** At the end of the log. */
    record Now() implements StartPoint {}

    /** At a position; the first one is 0. */
    record Seq(long seq) implements StartPoint {}

    /** At the first event that was received then or later. */
    record Received(Instant time) implements StartPoint {}

    /** Null for a text that is not one. */
    static @Nullable StartPoint parse(String text) {
        if (text.equals("now")) {
            return new Now();
        }
        if (text.equals("begin")) {
            return new Seq(0);
        }
        if (text.matches("seq:[0-9]{1,18}")) {
            return new Seq(Long.parseLong(text.substring("seq:".length())));
        }
        Instant time = text.startsWith("time:") ? Timestamps.parse(text.substring("time:".length())) : null;
        return time == null ? null : new Received(time);
    }

    /** The position. Times are found by halving the log, because servers receive events in the order of positions. */
    default Future<Long> in(LogReader log) {
        if (this instanceof Seq start) {
            return Future.succeededFuture(start.seq());
        }
        return this instanceof Received start
                ? firstReceived(log, start.time(), 0, log.end())
                : Future.succeededFuture(log.end());
    }

    private static Future<Long> firstReceived(LogReader log, Instant time, long low, long high) {
        if (low >= high) {
            return Future.succeededFuture(low);
        }
        long middle = (low + high) >>> 1;
        return log.read(middle, 1).compose(found -> {
            boolean isBefore = !found.isEmpty() && found.get(0).receivedAt().isBefore(time);
            return isBefore ? firstReceived(log, time, middle + 1, high) : firstReceived(log, time, low, middle);
        });
    }
}
