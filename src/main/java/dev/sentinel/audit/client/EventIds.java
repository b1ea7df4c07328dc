package dev.sentinel.audit.client;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes ids of events: UUIDs of version 7 (RFC 9562, section 5.7), which begin with the time, so that events that come
 * together lie together in the server's indexes.
 *
 * <p>The random bits are those of one counter, mixed by a bijection: within a process no two are equal, and where
 * another process's begin is 76 bits of a secure random away. So nobody waits for a shared source of randomness. Any
 * thread.
 */
final class EventIds {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** The golden ratio: adding it visits all numbers, each far from the one before (SplitMix64, like the mix). */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final AtomicLong counter;
    private final long high;

    EventIds() {
        SecureRandom random = new SecureRandom();
        this.counter = new AtomicLong(random.nextLong());
        this.high = random.nextLong() & 0xFFF;
    }

    /** An id of an event at this time, in milliseconds since 1970. */
    UUID next(long millis) {
        long mixed = mix(counter.getAndAdd(GOLDEN));
        return new UUID(millis << 16 | VERSION | (high ^ (mixed & 3)), VARIANT | mixed >>> 2);
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
