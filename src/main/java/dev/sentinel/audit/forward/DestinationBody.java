package dev.sentinel.audit.forward;

import dev.sentinel.audit.http.ObjectBody;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of a request about a destination. What is wrong is an {@link InvalidDestinationException}. */
final class DestinationBody {
    private static final String MUST_BE_TEXT = "must be a string";
    private static final int MAX_MEMBERS = 50;

    private final JsonObject json;

    private DestinationBody(JsonObject json) {
        this.json = json;
    }

    /** An empty body is an object without members. Others than these are refused, because they may be misspelled. */
    static DestinationBody of(RoutingContext ctx, Set<String> members) {
        return of(ObjectBody.isAbsent(ctx) ? new JsonObject() : ObjectBody.of(ctx), members);
    }

    static DestinationBody of(JsonObject json, Set<String> members) {
        for (String name : json.fieldNames()) {
            if (!members.contains(name)) {
                throw new InvalidDestinationException(
                        name,
                        "is not a member here; there are "
                                + String.join(", ", members.stream().sorted().toList()));
            }
        }
        return new DestinationBody(json);
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw new InvalidDestinationException(name, "is required");
        }
        return text;
    }

    @Nullable
    String text(String name) {
        Object value = json.getValue(name);
        if (value != null && !(value instanceof String)) {
            throw new InvalidDestinationException(name, MUST_BE_TEXT);
        }
        return (String) value;
    }

    /** A place in the log. */
    StartPoint start(String name, String otherwise) {
        String text = text(name);
        StartPoint point = StartPoint.parse(text == null ? otherwise : text);
        if (point == null) {
            throw new InvalidDestinationException(name, "must be " + StartPoint.FORM);
        }
        return point;
    }

    /** Members with texts; a null removes one that is there. */
    Map<String, @Nullable String> options() {
        Map<String, @Nullable String> options = new TreeMap<>();
        for (Map.Entry<String, Object> member : object("options")) {
            if (member.getValue() != null && !(member.getValue() instanceof String)) {
                throw new InvalidDestinationException("options/" + member.getKey(), MUST_BE_TEXT);
            }
            options.put(member.getKey(), (String) member.getValue());
        }
        return options;
    }

    /** Members with a text or several. */
    Map<String, List<String>> filters() {
        Map<String, List<String>> filters = new TreeMap<>();
        for (Map.Entry<String, Object> member : object("filters")) {
            List<String> values = new ArrayList<>();
            for (Object value : member.getValue() instanceof JsonArray array
                    ? array
                    : Collections.singletonList(member.getValue())) {
                if (!(value instanceof String text)) {
                    throw new InvalidDestinationException(
                            "filters/" + member.getKey(), "must be a string, or an array of strings");
                }
                values.add(text);
            }
            if (!values.isEmpty()) {
                filters.put(member.getKey(), values);
            }
        }
        return filters;
    }

    private JsonObject object(String name) {
        Object value = json.getValue(name, new JsonObject());
        if (value instanceof JsonObject object && object.size() <= MAX_MEMBERS) {
            return object;
        }
        throw new InvalidDestinationException(name, "must be an object of at most " + MAX_MEMBERS + " members");
    }
}
