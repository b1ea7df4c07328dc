package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.BodyText;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.StrictJson;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Data that is bytes, as a JSON value. Text is stored as text, because redaction cannot see through base64; of anything
 * else only the size and the hash are.
 */
final class Payload {
    private static final JsonFactory FACTORY = StrictJson.factory();

    private Payload() {}

    static boolean isJson(String contentType) {
        String type = essence(contentType);
        return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
    }

    /** Whether it is said to be JSON, and nothing more of it. */
    static boolean isPlainJson(String contentType) {
        return essence(contentType).equals("application/json");
    }

    private static String essence(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /**
     * The value in these bytes.
     *
     * @return null if it nests too deeply for every event
     * @throws MalformedJsonException if the type says that it is JSON, and it is not
     */
    static @Nullable String json(byte[] bytes, String contentType) {
        if (isJson(contentType)) {
            return parsed(BodyText.of(bytes));
        }
        String text = text(bytes);
        return text == null ? digest(bytes) : EventWriter.toJson(json -> json.writeString(text));
    }

    private static @Nullable String parsed(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw BodyText.empty();
            }
            String value = JsonValue.copy(parser);
            if (parser.nextToken() != null) {
                throw BodyText.continued();
            }
            return value;
        } catch (IOException e) {
            throw BodyText.malformed(e);
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return BodyText.of(bytes);
        } catch (MalformedJsonException notText) {
            return null;
        }
    }

    private static String digest(byte[] bytes) {
        return EventWriter.toJson(json -> {
            json.writeStartObject();
            json.writeNumberField("bytes", bytes.length);
            json.writeStringField("sha256", HexFormat.of().formatHex(Sha256.of(bytes)));
            json.writeEndObject();
        });
    }
}
