package dev.sentinel.audit.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Goes like the system's clock, from a time after that of all {@link Events}; a test may advance it. Any thread. */
public final class OffsetClock extends Clock {
    private volatile Duration offset = Duration.between(Instant.now(), Events.START.plus(Duration.ofDays(26)));

    /** Advances the clock. One thread. */
    public void advance(Duration time) {
        offset = offset.plus(time);
    }

    @Override
    public Instant instant() {
        return Clock.systemUTC().instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
