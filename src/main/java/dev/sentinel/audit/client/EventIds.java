package dev.sentinel.audit.client;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Generates ids of spans, and of events: UUIDs of version 7 (RFC 9562, section 5.7). They begin with the time, so that
 * events recorded together are adjacent in the server's indexes.
 *
 * <p>The random bits are a counter mixed by a bijection, so that no two are equal within a process. Each process starts
 * at 76 secure random bits. No thread waits for a shared source of randomness. Any thread.
 */
final class EventIds {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** The golden ratio. Adding it visits all numbers, each far from the previous one (SplitMix64, as is the mix). */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final AtomicLong counter;
    private final long high;

    EventIds() {
        SecureRandom random = new SecureRandom();
        this.counter = new AtomicLong(random.nextLong());
        this.high = random.nextLong() & 0xFFF;
    }

    /** @param millis the event's time, in milliseconds since 1970 */
    UUID next(long millis) {
        long mixed = mix(counter.getAndAdd(GOLDEN));
        return new UUID(millis << 16 | VERSION | (high ^ (mixed & 3)), VARIANT | mixed >>> 2);
    }

    /** A span id in the form of W3C Trace Context: 16 hexadecimal digits, not all of them 0. */
    String nextSpan() {
        long mixed = mix(counter.getAndAdd(GOLDEN));
        return HexFormat.of().toHexDigits(mixed == 0 ? GOLDEN : mixed);
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
