package dev.sentinel.audit.http.ratelimit;

import io.vertx.core.Future;
import java.time.Duration;

/** The bytes that one client may still send today. Any thread. */
public final class Quota {
    private final long bytesPerDay;
    private final Meter meter;

    Quota(long bytesPerDay, Meter meter) {
        this.bytesPerDay = bytesPerDay;
        this.meter = meter;
    }

    public long bytesPerDay() {
        return bytesPerDay;
    }

    /** Whether nothing is left, so that a request need not be read. */
    public boolean isExhausted() {
        return meter.isExhausted();
    }

    /** Takes this many bytes, all or none, and says whether it did. Never fails. */
    public Future<Boolean> take(long bytes) {
        return bytes == 0 ? Future.succeededFuture(true) : meter.take(bytes);
    }

    /** Takes what cannot be refused any more, even if it is more than is left; at most a day's bytes. */
    public void charge(long bytes) {
        long cost = Math.min(bytes, bytesPerDay);
        if (cost > 0) {
            meter.charge(cost);
        }
    }

    /** The time until this many bytes are available, at most {@link #bytesPerDay}. */
    public Duration untilAvailable(long bytes) {
        return meter.untilAvailable(Math.max(1, Math.min(bytes, bytesPerDay)));
    }
}
