package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.digest.Sha256;
import java.util.HexFormat;

/**
 * The SHA-256 of events as NDJSON: the JSON that clients get, followed by a line feed. So anyone can compute it from
 * the server's answers, without our code.
 */
final class EventDigest {
    private final Sha256 sha256 = new Sha256();

    /** Adds an event as {@link dev.sentinel.audit.event.EventWriter} writes it. */
    void add(String json) {
        sha256.add(json).add((byte) '\n');
    }

    /** Returns the digest in hexadecimal digits. Must be called once, at the end. */
    String hex() {
        return HexFormat.of().formatHex(sha256.finish());
    }
}
