package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a metadata object, minified, member order and numbers as they are spelled, while it checks the rules. Does not
 * recurse. One value, one use.
 */
final class MetadataReader {
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_DEPTH = 32;

    /** Objects with more members than this are checked for duplicates with a hash set. */
    private static final int FEW = 8;

    private final JsonParser in;
    private final List<Names> open = new ArrayList<>(4);
    private int depth;
    private @Nullable FieldError fault;

    MetadataReader(JsonParser in) {
        this.in = in;
    }

    /** The JSON text, or null if a rule is broken; either way the parser stands at the end of the object. */
    @Nullable
    String read(JsonFactory json) throws IOException {
        StringWriter text = new StringWriter(128);
        try (JsonGenerator out = json.createGenerator(text)) {
            copy(out, text);
        }
        if (fault != null) {
            return null;
        }
        String copied = text.toString();
        // Characters are at most three bytes each, so most need not be counted.
        if (copied.length() * 3 > MAX_BYTES && copied.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            fault = tooLarge();
            return null;
        }
        return copied;
    }

    /** What is wrong, after {@link #read} has returned null; the pointer is the parser's, from the root of the body. */
    FieldError fault() {
        return Objects.requireNonNull(fault);
    }

    private void copy(JsonGenerator out, StringWriter text) throws IOException {
        JsonToken token = in.currentToken();
        while (true) {
            if (fault == null) {
                copy(token, out);
                if (text.getBuffer().length() > MAX_BYTES) {
                    fault = tooLarge();
                }
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd() && --depth == 0) {
                break;
            }
            token = in.nextToken();
        }
        if (fault != null) {
            // The generator would complain about, and then close, what was left open.
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        }
    }

    private void copy(JsonToken token, JsonGenerator out) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                if (nestsTooDeep()) {
                    return;
                }
                names(depth).clear();
                out.writeStartObject();
            }
            case START_ARRAY -> {
                if (nestsTooDeep()) {
                    return;
                }
                names(depth);
                out.writeStartArray();
            }
            case END_OBJECT -> out.writeEndObject();
            case END_ARRAY -> out.writeEndArray();
            case FIELD_NAME -> {
                String name = in.currentName();
                if (!names(depth - 1).add(name)) {
                    fault = here("is given twice");
                    return;
                }
                check(name);
                if (fault == null) {
                    out.writeFieldName(name);
                }
            }
            case VALUE_STRING -> {
                String value = in.getText();
                check(value);
                if (fault == null) {
                    out.writeString(value);
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(in.getText());
            case VALUE_TRUE, VALUE_FALSE -> out.writeBoolean(token == JsonToken.VALUE_TRUE);
            case VALUE_NULL -> out.writeNull();
            default -> throw new IllegalStateException("no JSON token: " + token);
        }
    }

    private boolean nestsTooDeep() {
        if (depth >= MAX_DEPTH) {
            fault = new FieldError("/" + EventJson.METADATA, "must not nest deeper than " + MAX_DEPTH + " levels");
            return true;
        }
        return false;
    }

    private void check(String text) {
        String reason = Texts.fault(text);
        if (reason != null) {
            fault = here(reason);
        }
    }

    private FieldError here(String detail) {
        return new FieldError(in.getParsingContext().pathAsPointer(false).toString(), detail);
    }

    private static FieldError tooLarge() {
        return new FieldError("/" + EventJson.METADATA, "must not be larger than " + MAX_BYTES + " bytes as JSON");
    }

    private Names names(int level) {
        while (open.size() <= level) {
            open.add(new Names());
        }
        return open.get(level);
    }

    /** The member names of one object. */
    private static final class Names {
        private final List<String> few = new ArrayList<>(FEW);
        private @Nullable Set<String> many;

        void clear() {
            few.clear();
            many = null;
        }

        boolean add(String name) {
            if (many != null) {
                return many.add(name);
            }
            if (few.contains(name)) {
                return false;
            }
            few.add(name);
            if (few.size() > FEW) {
                many = new HashSet<>(few);
            }
            return true;
        }
    }
}
