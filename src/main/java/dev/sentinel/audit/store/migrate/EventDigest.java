package dev.sentinel.audit.store.migrate;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of events as NDJSON: each as clients get it, and a line feed. So anybody can compute it from what the
 * server answers, without us.
 */
final class EventDigest {
    private final MessageDigest sha256;

    EventDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The one text of an event, by which events are compared. */
    static String text(StoredEvent event) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = EventWriter.factory().createGenerator(text)) {
            EventWriter.write(json, event);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    void add(String text) {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
    }

    /** Ends it. */
    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
