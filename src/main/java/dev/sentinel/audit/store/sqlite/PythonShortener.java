package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shortens values of a row that are only too long. The same row always becomes the same event, so that a migration can
 * be repeated. Secrets are removed before a text is cut: half of one would not be recognized. One thread.
 */
final class PythonShortener {
    /** Code points that strings in metadata keep, tried in turn until the metadata fits. */
    private static final int[] STRINGS = {16_384, 4_096, 1_024, 256, 64};

    private static final String CUT = "\u2026";
    private static final int HASH_DIGITS = 16;

    private final JsonFactory json = new JsonFactory();
    private final Redactor redactor;

    PythonShortener(RedactionRules rules) {
        this.redactor = new Redactor(rules, kind -> {});
    }

    /**
     * The row with what was shortened.
     *
     * @param change a phrase without values
     */
    record Shortened(PythonValues values, String change) {}

    /** Null if nothing is too long, or what is too long cannot be shortened. */
    @Nullable
    Shortened shorten(PythonValues values) {
        PythonValues result = values;
        List<String> changes = new ArrayList<>();
        for (String field : List.of(EventJson.AGENT_INSTANCE_ID, EventJson.TRACE_ID, EventJson.RESOURCE)) {
            String text = result.text(field);
            String cut = text == null ? null : field.equals(EventJson.RESOURCE) ? resource(text) : identifier(text);
            if (text != null && cut != null && !cut.equals(text)) {
                result = result.with(field, cut);
                changes.add("/" + field + " shortened from " + length(text) + " characters");
            }
        }
        String metadata = result.text(EventJson.METADATA);
        String shorter = metadata == null ? null : metadata(metadata);
        if (metadata != null && shorter != null) {
            result = result.with(EventJson.METADATA, shorter);
            changes.add("/metadata shortened from " + bytes(metadata) + " bytes");
        }
        return changes.isEmpty() ? null : new Shortened(result, String.join("; ", changes));
    }

    private String resource(String text) {
        return length(text) <= EventLimits.MAX_RESOURCE ? text : cut(cleaned(text), EventLimits.MAX_RESOURCE);
    }

    /** Ids that differ only at their ends stay different. An id with a secret is left to be refused. */
    private String identifier(String text) {
        if (length(text) <= EventLimits.MAX_ID || redactor.isSecretIdentifier(text.toCharArray(), 0, text.length())) {
            return text;
        }
        String hash = HexFormat.of().formatHex(Sha256.of(text)).substring(0, HASH_DIGITS);
        return text.substring(0, text.offsetByCodePoints(0, EventLimits.MAX_ID - HASH_DIGITS - 1)) + CUT + hash;
    }

    private @Nullable String metadata(String text) {
        if (bytes(text) <= EventLimits.MAX_METADATA_BYTES) {
            return null;
        }
        try {
            String all = copy(text, Integer.MAX_VALUE);
            if (bytes(all) <= EventLimits.MAX_METADATA_BYTES) {
                // It was long for its white space.
                return null;
            }
            for (int limit : STRINGS) {
                String shorter = copy(text, limit);
                if (bytes(shorter) <= EventLimits.MAX_METADATA_BYTES) {
                    return shorter;
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private String copy(String text, int limit) throws IOException {
        StringWriter copy = new StringWriter();
        try (JsonParser parser = json.createParser(text);
                JsonGenerator out = json.createGenerator(copy)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    String value = parser.getText();
                    out.writeString(length(value) <= limit ? value : cut(cleaned(value), limit));
                } else if (parser.currentToken().isNumeric()) {
                    // As it is written: a number has no limit of its own here.
                    out.writeNumber(parser.getText());
                } else {
                    out.copyCurrentEvent(parser);
                }
            }
        }
        return copy.toString();
    }

    private String cleaned(String text) {
        String clean = redactor.clean(text);
        return clean == null ? text : clean;
    }

    private static String cut(String text, int codePoints) {
        return length(text) <= codePoints ? text : text.substring(0, text.offsetByCodePoints(0, codePoints - 1)) + CUT;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
