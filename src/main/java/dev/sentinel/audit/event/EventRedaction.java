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
    private final RedactedJson json;
    private final MetadataWriter writer;
    private final MetadataReader reader;

    /** For what is redacted as a text, later: its rules find nothing. Null until it is needed. */
    private @Nullable RedactedJson plain;

    /** @param onSecret called for every redacted secret of an event, on the calling thread */
    public EventRedaction(RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.redactor = new Redactor(rules, kind -> {
            if (!unkept) {
                onSecret.accept(kind);
            }
        });
        this.json = new RedactedJson(redactor, redactions, Integer.MAX_VALUE, MAX_DEPTH);
        this.writer = new MetadataWriter(json);
        this.reader = new MetadataReader(json);
    }

    /** Starts the next event. */
    public void clear() {
        redactions.clear();
    }

    /**
     * Metadata without its secrets, minified.
     *
     * @param content writes the members of an object without duplicate names, NUL characters, lone surrogates and
     *     numbers of more than 1,000 characters, at most {@link #MAX_DEPTH} levels deep
     * @return null if it is not that
     */
    public @Nullable String metadata(Consumer<MetadataWriter> content) {
        int before = redactions.found();
        json.begin();
        content.accept(writer);
        return again(json.finish(), before);
    }

    /** The same of the object that is written in this text. */
    public @Nullable String metadata(String text) {
        int before = redactions.found();
        return again(once(text), before);
    }

    /** What stands beside a secret may be recognized only when that is gone. */
    private @Nullable String again(@Nullable String clean, int before) {
        redactions.readAgain();
        return clean == null || redactions.found() == before ? clean : once(clean);
    }

    /** The extent of the metadata that was returned last. */
    public MetadataExtent extent() {
        return json.extent();
    }

    /** The JSON of a value, with its secrets. Empty if metadata cannot hold it. */
    public String json(Consumer<MetadataWriter> value) {
        if (plain == null) {
            plain = new RedactedJson(
                    new Redactor(RedactionRules.off(), none -> {}), redactions, Integer.MAX_VALUE, MAX_DEPTH);
        }
        plain.beginValue();
        value.accept(new MetadataWriter(plain));
        String text = plain.finishValue();
        return text == null ? "" : text;
    }

    private @Nullable String once(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
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
