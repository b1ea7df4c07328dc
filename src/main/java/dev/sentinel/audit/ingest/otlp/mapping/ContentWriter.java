package dev.sentinel.audit.ingest.otlp.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.EventRedaction;
import dev.sentinel.audit.event.MetadataWriter;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Bytes;
import dev.sentinel.audit.ingest.otlp.wire.Flag;
import dev.sentinel.audit.ingest.otlp.wire.Items;
import dev.sentinel.audit.ingest.otlp.wire.Members;
import dev.sentinel.audit.ingest.otlp.wire.Real;
import dev.sentinel.audit.ingest.otlp.wire.Text;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.ingest.otlp.wire.Whole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes values of records as JSON that metadata can hold, or as size and hash. One event; one thread. */
final class ContentWriter {
    /** Hashes of one event. */
    private static final int MAX_DIGESTS = 16;

    /**
     * Nested levels; those of a text that is JSON come on top, and both stay below {@link EventRedaction#MAX_DEPTH}.
     */
    private static final int MAX_DEPTH = 100;

    /** Characters. A longer text is stored as a text. */
    private static final int MAX_PARSED = 1 << 20;

    private final MetadataWriter out;
    private final Vocabulary vocabulary;
    private final EventRedaction redaction;
    private int digests;

    ContentWriter(MetadataWriter out, Vocabulary vocabulary, EventRedaction redaction) {
        this.out = out;
        this.vocabulary = vocabulary;
        this.redaction = redaction;
    }

    /** Writes a member, unless it is null. */
    void text(String name, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            out.text(name, storable(text));
        }
    }

    /**
     * Writes a member that is content. A placeholder for content that the client left out leaves nothing.
     *
     * @param kept whether it is stored, or only its size and hash
     */
    void content(String name, Value sent, boolean kept) {
        Value value = readable(sent);
        String text = value instanceof Text string ? whole(string) : null;
        if (text != null && (text.isEmpty() || vocabulary.placeholders().contains(text))) {
            return;
        }
        if (kept) {
            out.name(name);
            if (text != null) {
                parsed(text);
            } else {
                value(value, 0);
            }
        } else if (value instanceof Bytes) {
            out.name(name);
            value(value, 0);
        } else if (digests < MAX_DIGESTS) {
            digests++;
            digest(name, value, text == null ? json(value) : text);
        }
    }

    /** The hash is of the text without its secrets: that of a short secret would reveal it. */
    private void digest(String name, Value value, String text) {
        String clean = redaction.unkept(storable(text));
        boolean cut = value instanceof Text sent && sent.isCut();
        out.startObject(name);
        out.number("bytes", cut ? ((Text) value).utf8Length() : StorableText.utf8Length(clean));
        out.text("sha256", StorableText.sha256(clean));
        out.end();
    }

    /** Bytes that are UTF-8 are a text, whose secrets are found; other values stay as they are. */
    static Value readable(Value value) {
        if (!(value instanceof Bytes bytes)) {
            return value;
        }
        try {
            return Text.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    /** What can be stored of a text: its end may be missing, and with it that of a secret. */
    String whole(Text text) {
        return text.isCut() ? LongText.beginning(text.string(), redaction) : text.string();
    }

    private String storable(String text) {
        return StorableText.of(LongText.bounded(text, redaction));
    }

    private String json(Value value) {
        return redaction.json(plain -> new ContentWriter(plain, vocabulary, redaction).value(value, 0));
    }

    /** A text that is a JSON object or array is written as such, so that the names in it count for its secrets. */
    private void parsed(String text) {
        if (text.length() > MAX_PARSED || !Arguments.isStructure(text)) {
            out.text(storable(text));
            return;
        }
        try (JsonParser parser = Arguments.parser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                copy(parser, token);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("it was read before", e);
        }
    }

    private void copy(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> out.startObject();
            case END_OBJECT -> out.end();
            case START_ARRAY -> out.startArray();
            case END_ARRAY -> out.end();
            case FIELD_NAME -> out.name(StorableText.of(parser.currentName()));
            case VALUE_STRING -> out.text(StorableText.of(parser.getText()));
            // A number keeps its spelling.
            case VALUE_TRUE -> out.literal(true);
            case VALUE_FALSE -> out.literal(false);
            case VALUE_NULL -> out.literal(null);
            default -> out.number(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        }
    }

    void value(Value sent, int depth) {
        Value value = readable(sent);
        if (value instanceof Text text) {
            out.text(storable(whole(text)));
        } else if (value instanceof Whole whole) {
            out.number(whole.value());
        } else if (value instanceof Real real) {
            real(real.value());
        } else if (value instanceof Flag flag) {
            out.literal(flag.value());
        } else if (value instanceof Bytes bytes) {
            // Base64 would hide secrets from the rules, and so would a hash of them.
            out.startObject();
            out.number("bytes", bytes.size());
            out.end();
        } else if (value instanceof Items items) {
            items(items, depth);
        } else if (value instanceof Members members) {
            members(members.attributes(), depth);
        } else {
            out.literal(null);
        }
    }

    /** JSON has no number for infinity. */
    private void real(double value) {
        if (Double.isFinite(value)) {
            out.number(value);
        } else {
            out.text(Double.toString(value));
        }
    }

    private void items(Items items, int depth) {
        out.startArray();
        if (depth < MAX_DEPTH) {
            for (Value item : items.values()) {
                value(item, depth + 1);
            }
        }
        out.end();
    }

    private void members(Attributes attributes, int depth) {
        out.startObject();
        if (depth < MAX_DEPTH) {
            Set<String> names = new HashSet<>();
            for (String key : attributes.keys()) {
                Value value = attributes.get(key);
                String name = StorableText.of(key);
                if (value != null && names.add(name)) {
                    out.name(name);
                    value(value, depth + 1);
                }
            }
        }
        out.end();
    }
}
