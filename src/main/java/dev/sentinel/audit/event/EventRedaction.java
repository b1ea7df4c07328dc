package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import dev.sentinel.audit.redact.SecretKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Redacts the parts of events that are made from other records, as {@link EventReader} redacts those of its events.
 * Nothing is cut here: a secret that is cut escapes the rules, so the caller cuts what this returns. Reused for many
 * events; one thread.
 */
public final class EventRedaction {
    /** Nested levels of metadata before it is cut. */
    public static final int MAX_DEPTH = 256;

    /** Shared because it is costly to create and keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    /** Identifiers whose answer is remembered: the records of one request share most of them. */
    private static final int REMEMBERED = 256;

    private final Redactor redactor;
    private final Map<String, Boolean> identifiers = new HashMap<>();
    /** Whether the text that is being redacted is not kept. */
    private boolean unkept;

    private final Redactions redactions = new Redactions();
    private final MetadataReader reader;

    /** @param onSecret called for every redacted secret of an event, on the calling thread */
    public EventRedaction(RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.redactor = new Redactor(rules, kind -> {
            if (!unkept) {
                onSecret.accept(kind);
            }
        });
        this.reader = new MetadataReader(redactor, redactions, Integer.MAX_VALUE, MAX_DEPTH);
    }

    /** Starts the next event. */
    public void clear() {
        redactions.clear();
    }

    /**
     * Metadata without its secrets, minified.
     *
     * @param json an object without duplicate names, NUL characters, lone surrogates and numbers of more than 1,000
     *     characters, at most {@link #MAX_DEPTH} levels deep
     * @return null if it is not that
     */
    public @Nullable String metadata(String json) {
        int before = redactions.count();
        String clean = once(json);
        // What stands beside a secret may be recognized only when that is gone.
        return clean == null || redactions.count() == before ? clean : once(clean);
    }

    private @Nullable String once(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return reader.read(parser);
        } catch (IOException e) {
            return null;
        }
    }

    /** The target of an action without its secrets; of any length. */
    public String resource(String text) {
        String clean = redactor.clean(text);
        if (clean == null) {
            return text;
        }
        redactions.add(() -> "/resource");
        String again = redactor.clean(clean);
        return again == null ? clean : again;
    }

    /** A text without its secrets, of which the event keeps no part; so nobody is told of them. */
    public String unkept(String text) {
        unkept = true;
        String clean = redactor.clean(text);
        unkept = false;
        return clean == null ? text : clean;
    }

    /** Whether an identifier holds a secret: {@link EventReader} refuses such an event. */
    public boolean isSecretIdentifier(String id) {
        if (identifiers.size() == REMEMBERED) {
            identifiers.clear();
        }
        return identifiers.computeIfAbsent(
                id, text -> redactor.isSecretIdentifier(text.toCharArray(), 0, text.length()));
    }

    /** What was redacted in this event ({@link AuditEvent#redacted}); null if nothing was. */
    public @Nullable String redacted() {
        return redactions.json(redactor.version());
    }
}
