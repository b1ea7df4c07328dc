package dev.sentinel.audit.event;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Temporary. */
public final class Timestamps {
    private static final DateTimeFormatter F =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    public static Instant parse(String s) {
        return OffsetDateTime.parse(s).toInstant();
    }

    public static String format(Instant i) {
        return F.format(i);
    }

    public static long toMicros(Instant i) {
        return i.getEpochSecond() * 1_000_000 + i.getNano() / 1000;
    }

    public static Instant ofMicros(long m) {
        return Instant.EPOCH.plus(m, ChronoUnit.MICROS);
    }

    public static Instant now(Clock c) {
        return c.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
