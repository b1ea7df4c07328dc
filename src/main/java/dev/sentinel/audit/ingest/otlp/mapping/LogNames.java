package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.LogRecord;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import org.jspecify.annotations.Nullable;

/**
 * Finds the name of a log record. Agents that are older than the member {@code eventName} send it as an attribute, and
 * Claude Code sends the name with its prefix as body. Codex fills {@code eventName} with a line of its source.
 */
final class LogNames {
    /** The attribute; it says no more than the name that was found. */
    static final String EVENT_NAME = "event.name";

    /** Bytes. A longer body is a message. */
    private static final int LONGEST = 100;

    private LogNames() {}

    /** The name, with its prefix if the record has it; empty if there is none. */
    static String of(LogRecord log) {
        String name = log.attributes().text(EVENT_NAME);
        String body = nameInBody(log);
        if (name == null || name.isEmpty()) {
            boolean named = !log.eventName().isEmpty() && log.eventName().indexOf(' ') < 0;
            return named ? log.eventName() : body == null ? "" : body;
        }
        return body != null && body.endsWith('.' + name) ? body : name;
    }

    private static @Nullable String nameInBody(LogRecord log) {
        if (!(log.body() instanceof Text text) || text.utf8Length() > LONGEST) {
            return null;
        }
        String body = text.string();
        return body.indexOf(' ') < 0 ? body : null;
    }
}
