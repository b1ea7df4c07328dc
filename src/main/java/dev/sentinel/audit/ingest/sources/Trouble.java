package dev.sentinel.audit.ingest.sources;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that went wrong for a producer, perhaps again and again.
 *
 * @param keyId null if the client is not known
 * @param producer its user agent; empty if it sends none
 * @param status of the answer; 200 if a part of the request was taken, 0 if it was none
 * @param detail what happened and what to do
 */
record Trouble(@Nullable String keyId, String address, String producer, int status, String detail) {
    /**
     * A trouble with the times at which it was seen.
     *
     * @param count how often it was seen
     */
    record View(Trouble trouble, Instant firstSeen, Instant lastSeen, long count) {}
}
