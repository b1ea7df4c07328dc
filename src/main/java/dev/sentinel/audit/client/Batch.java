package dev.sentinel.audit.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events taken from a buffer together.
 *
 * @param events each as JSON without a line feed
 * @param first the number of events taken from the buffer before this batch
 * @param full whether more events are waiting than fit into the batch
 * @param origin the source within the buffer; opaque to others
 */
record Batch(
        List<byte[]> events,
        long first,
        boolean full,
        @Nullable Object origin) {}
