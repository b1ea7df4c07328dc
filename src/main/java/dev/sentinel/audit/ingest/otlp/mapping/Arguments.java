package dev.sentinel.audit.ingest.otlp.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.StrictJson;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.MemberNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads texts that are JSON: arguments are mostly sent as such. */
final class Arguments {
    /** Nested levels. A deeper text stays a text. */
    static final int MAX_DEPTH = 100;

    private static final JsonFactory FACTORY = StrictJson.factory();

    private Arguments() {}

    static JsonParser parser(String json) throws IOException {
        return FACTORY.createParser(json);
    }

    /** Whether a text is one JSON object or array that metadata can hold as such. */
    static boolean isStructure(String text) {
        int first = 0;
        while (first < text.length() && Character.isWhitespace(text.charAt(first))) {
            first++;
        }
        if (first == text.length() || (text.charAt(first) != '{' && text.charAt(first) != '[')) {
            return false;
        }
        try (JsonParser parser = parser(text)) {
            parser.nextToken();
            return isStructure(parser);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isStructure(JsonParser parser) throws IOException {
        List<MemberNames> levels = new ArrayList<>();
        int depth = 0;
        for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
            if (token.isStructStart()) {
                if (depth == MAX_DEPTH) {
                    return false;
                }
                if (depth == levels.size()) {
                    levels.add(new MemberNames());
                }
                levels.get(depth++).clear();
            } else if (token.isStructEnd()) {
                depth--;
                if (depth == 0) {
                    return parser.nextToken() == null;
                }
            } else if (token == JsonToken.FIELD_NAME) {
                // Names that are not storable become equal when they are made so.
                if (!levels.get(depth - 1).add(StorableText.of(parser.currentName()))) {
                    return false;
                }
            } else if (token.isNumeric() && parser.getTextLength() > EventLimits.MAX_NUMBER) {
                return false;
            }
        }
        return false;
    }

    /** The first of these members of a JSON object that is a text, in the order of the names; null if none is. */
    static @Nullable String member(String json, List<String> names) {
        String found = null;
        int best = names.size();
        try (JsonParser parser = parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int rank = names.indexOf(parser.currentName());
                if (parser.nextToken() == JsonToken.VALUE_STRING && rank >= 0 && rank < best) {
                    best = rank;
                    found = parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            return null;
        }
        return found;
    }
}
