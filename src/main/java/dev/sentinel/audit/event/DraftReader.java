package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import dev.sentinel.audit.redact.SecretKind;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events that are written from messages of another format, one after the other, under the rules of
 * {@link EventReader}: validates them and redacts their secrets. One thread.
 */
public final class DraftReader {
    /** Keeps no state between parsers. */
    private static final JsonFactory FACTORY = StrictJson.factory();

    private final Redactor redactor;
    private final EventDecoder decoder;

    /**
     * Creates a reader.
     *
     * @param onSecret called for every redacted secret, on the reading thread
     * @param submittedBy the id of the client's API key, stored in each event; null if it sent none
     */
    public DraftReader(RedactionRules rules, Consumer<SecretKind> onSecret, @Nullable String submittedBy) {
        this.redactor = new Redactor(rules, onSecret);
        this.decoder = new EventDecoder(redactor, submittedBy);
    }

    /**
     * Reads one event.
     *
     * @param json one JSON object, such as an {@link EventDraft} writes
     */
    public DecodedEvent read(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return decoder.decode(parser);
        } catch (IOException e) {
            return new DecodedEvent.Invalid(null, List.of(new FieldError("", BodyText.syntaxDefect(e))));
        }
    }

    /** Whether an identifier holds a secret, for which {@link #read} refuses its event. */
    public boolean isSecretIdentifier(String id) {
        return redactor.isSecretIdentifier(id.toCharArray(), 0, id.length());
    }

    /** Whether a text may be the id of an agent, a trace or a session, or whom the agent acts for. */
    public boolean isIdentifier(String text) {
        return isText(text, EventLimits.MAX_ID) && !isSecretIdentifier(text);
    }

    /** Whether a text may be the id of a span. */
    public boolean isSpanId(String text) {
        return text.length() <= EventLimits.MAX_SPAN_ID
                && text.chars().allMatch(c -> EventLimits.isOfSpanId((char) c))
                && isIdentifier(text);
    }

    /** Whether a text may be the target of an action. */
    public boolean isResource(String text) {
        return isText(text, EventLimits.MAX_RESOURCE);
    }

    private static boolean isText(String text, int max) {
        int codePoints = CodePoints.count(text);
        return codePoints > 0 && codePoints <= max;
    }
}
