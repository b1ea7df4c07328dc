package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.model.EventLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Checks texts of stored events that come from a file of unknown origin. The server writes them into its answers as
 * they are, so one that is not what the server would have stored would break the answers.
 */
public final class StoredTexts {
    private static final JsonFactory FACTORY = StrictJson.factory();

    private StoredTexts() {}

    /** Whether this is UTF-8 without NUL. */
    public static boolean isText(byte[] bytes) {
        return Utf8.firstInvalid(bytes, 0, bytes.length) < 0;
    }

    /** Whether this is exactly one JSON object, which nests no deeper than metadata may. */
    public static boolean isObject(byte[] bytes) {
        if (!isText(bytes)) {
            return false;
        }
        try (JsonParser parser = FACTORY.createParser(new String(bytes, StandardCharsets.UTF_8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            int depth = 1;
            while (depth > 0 && depth <= EventLimits.MAX_METADATA_DEPTH) {
                JsonToken token = parser.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return depth == 0 && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
