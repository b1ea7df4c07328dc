package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Copies an event's metadata from a parser to a {@link RedactedJson}. Reused for many events; one thread. */
final class MetadataReader {
    private final RedactedJson out;

    /** @param redactions collects what was redacted */
    MetadataReader(Redactor redactor, Redactions redactions) {
        this(new RedactedJson(redactor, redactions, EventLimits.MAX_METADATA_BYTES, EventLimits.MAX_METADATA_DEPTH));
    }

    MetadataReader(RedactedJson out) {
        this.out = out;
    }

    /**
     * Reads the object that starts at the parser's current token, and always leaves the parser at its end.
     *
     * @return the text, or null if the object breaks a rule; then {@link #error} names the first one
     */
    @Nullable
    String read(JsonParser parser) throws IOException {
        out.begin();
        for (int depth = 1; ; ) {
            JsonToken token = parser.nextToken();
            if (token.isStructEnd()) {
                depth--;
                if (depth == 0) {
                    return out.finish();
                }
                out.end();
            } else if (token.isStructStart()) {
                depth += start(parser, token) ? 1 : 0;
            } else if (out.error() == null) {
                copy(parser, token);
            }
        }
    }

    /** False if its end is reached, because it is replaced. */
    private boolean start(JsonParser parser, JsonToken token) throws IOException {
        out.start(token == JsonToken.START_ARRAY);
        if (!out.isSkipping()) {
            return true;
        }
        parser.skipChildren();
        out.end();
        return false;
    }

    private void copy(JsonParser parser, JsonToken token) throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        if (token == JsonToken.FIELD_NAME) {
            out.name(chars, from, length, parser.currentName());
        } else if (token == JsonToken.VALUE_STRING) {
            out.text(chars, from, length);
        } else {
            out.scalar(chars, from, length, token.isNumeric());
        }
    }

    /** Why {@link #read} returned null. */
    @Nullable
    FieldError error() {
        return out.error();
    }
}
