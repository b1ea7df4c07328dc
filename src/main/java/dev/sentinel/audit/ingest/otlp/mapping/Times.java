package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.model.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When an action began, and how long it took.
 *
 * @param began null if no clock but the server's knows it
 * @param latencyMs null if unknown
 * @param written the time of a log record that was written at the end of the action; null for others
 */
record Times(
        @Nullable Instant began,
        @Nullable Integer latencyMs,
        @Nullable Instant written) {
    private static final long NANOS = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final double MILLIS = 1_000;
    /** The first time that the wire contract has. */
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");

    static Times of(Subject subject, Span span) {
        Instant began = instant(span.startNanos() != 0 ? span.startNanos() : span.endNanos());
        Integer told = told(subject);
        return new Times(began, told != null ? told : between(span.startNanos(), span.endNanos()), null);
    }

    static Times of(Subject subject, LogRecord log, Rule rule) {
        Instant written = instant(log.timeNanos());
        String text = subject.tell(Field.TIME);
        if (written == null && text != null) {
            written = Timestamps.parse(text);
        }
        if (written == null) {
            written = instant(log.observedNanos());
        }
        Integer latencyMs = told(subject);
        if (!rule.ended() || latencyMs == null || latencyMs == 0 || written == null) {
            return new Times(written, latencyMs, null);
        }
        Instant began = written.minusMillis(latencyMs);
        return began.isBefore(FIRST) ? new Times(written, latencyMs, null) : new Times(began, latencyMs, written);
    }

    /** Null if the time is absent. The nanoseconds are unsigned, and reach the year 2554. */
    private static @Nullable Instant instant(long nanos) {
        return nanos == 0
                ? null
                : Instant.ofEpochSecond(Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS))
                        .truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable Integer told(Subject subject) {
        Long millis = Numbers.count(subject.tell(Field.DURATION));
        if (millis == null) {
            Double seconds = Numbers.decimal(subject.tell(Field.DURATION_S));
            millis = seconds == null || seconds < 0 ? null : Long.valueOf(Math.round(seconds * MILLIS));
        }
        return millis == null || millis > Integer.MAX_VALUE ? null : Integer.valueOf(millis.intValue());
    }

    /** Rounded half up; null if one is absent or they are in the wrong order. */
    private static @Nullable Integer between(long start, long end) {
        if (start == 0 || end == 0 || Long.compareUnsigned(end, start) < 0) {
            return null;
        }
        long nanos = end - start;
        long millis = Long.divideUnsigned(nanos, NANOS_PER_MILLI)
                + (Long.remainderUnsigned(nanos, NANOS_PER_MILLI) >= NANOS_PER_MILLI / 2 ? 1 : 0);
        return millis > Integer.MAX_VALUE ? null : Integer.valueOf((int) millis);
    }
}
