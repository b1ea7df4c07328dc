package dev.sentinel.audit.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.DraftReader;
import dev.sentinel.audit.event.StrictJson;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the members of data that have the names of our events. */
final class OwnMembers {
    private static final JsonFactory FACTORY = StrictJson.factory();

    private static final Set<String> NAMES = Set.of(
            EventJson.EVENT_ID,
            EventJson.TIMESTAMP,
            EventJson.AGENT_INSTANCE_ID,
            EventJson.TRACE_ID,
            EventJson.ACTOR,
            EventJson.ACTION_TYPE,
            EventJson.RESOURCE,
            EventJson.STATUS,
            EventJson.LATENCY_MS,
            EventJson.SPAN_ID,
            EventJson.PARENT_SPAN_ID,
            EventJson.SESSION_ID,
            EventJson.ON_BEHALF_OF);

    private OwnMembers() {}

    @FunctionalInterface
    private interface Visitor {
        void member(String name, JsonToken token, JsonParser parser) throws IOException;
    }

    /** The names of those that are given, whatever their values. */
    static Set<String> names(String data) {
        Set<String> names = new HashSet<>();
        visit(data, (name, token, parser) -> names.add(name));
        return names;
    }

    /**
     * Those with values that an event may have. A producer that knows nothing of our events may use their names for
     * other things.
     */
    static Map<String, String> valid(@Nullable String data, DraftReader rules) {
        Map<String, String> members = new HashMap<>();
        if (data != null) {
            visit(data, (name, token, parser) -> {
                if (token.isScalarValue() && isValid(name, token, parser.getText(), rules)) {
                    members.putIfAbsent(name, parser.getText());
                }
            });
        }
        return members;
    }

    private static void visit(String data, Visitor visitor) {
        if (data.charAt(0) != '{') {
            return;
        }
        try (JsonParser parser = FACTORY.createParser(data)) {
            parser.nextToken();
            String name;
            while ((name = parser.nextFieldName()) != null) {
                JsonToken token = parser.nextToken();
                if (NAMES.contains(name)) {
                    visitor.member(name, token, parser);
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static boolean isValid(String name, JsonToken token, String text, DraftReader rules) {
        if (name.equals(EventJson.LATENCY_MS)) {
            return token == JsonToken.VALUE_NUMBER_INT && isLatency(text);
        }
        return token == JsonToken.VALUE_STRING
                && switch (name) {
                    case EventJson.AGENT_INSTANCE_ID,
                            EventJson.TRACE_ID,
                            EventJson.SESSION_ID,
                            EventJson.ON_BEHALF_OF -> rules.isIdentifier(text);
                    case EventJson.SPAN_ID, EventJson.PARENT_SPAN_ID -> rules.isSpanId(text);
                    case EventJson.RESOURCE -> rules.isResource(text);
                    case EventJson.ACTOR -> ActorType.ofWireName(text) != null;
                    case EventJson.ACTION_TYPE -> ActionType.ofWireName(text) != null;
                    case EventJson.STATUS -> EventStatus.ofWireName(text) != null;
                    // The attributes have them.
                    default -> false;
                };
    }

    private static boolean isLatency(String text) {
        try {
            return Integer.parseInt(text) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
