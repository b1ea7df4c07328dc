package dev.sentinel.audit.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that were taken from a buffer together.
 *
 * @param events each as its JSON, without a line end
 * @param first how many events the buffer had given out before
 * @param full whether more may be waiting than a batch may hold
 * @param origin where they came from; only the buffer knows what it means
 */
record Batch(
        List<byte[]> events,
        long first,
        boolean full,
        @Nullable Object origin) {}
