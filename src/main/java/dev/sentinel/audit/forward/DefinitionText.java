package dev.sentinel.audit.forward;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Definitions as the store keeps them: JSON. */
final class DefinitionText {
    private DefinitionText() {}

    /** The same text for equal definitions. */
    static String of(Definition definition) {
        JsonObject filters = new JsonObject();
        new TreeMap<>(definition.filters()).forEach((name, values) -> filters.put(name, new JsonArray(values)));
        return new JsonObject()
                .put("url", definition.url())
                .put("options", new JsonObject(new TreeMap<>(definition.options())))
                .put("secrets", new JsonObject(new TreeMap<>(definition.secrets())))
                .put("filters", filters)
                .put("on_refused", definition.onRefused().wireName())
                .put("agent_prefix", definition.agentPrefix())
                .put("origin", definition.origin().wireName())
                .put("start", definition.start())
                .put("proof", definition.proof())
                .encode();
    }

    /** Throws {@link IllegalArgumentException} for a text that {@link #of} does not write. */
    static Definition read(String text) {
        try {
            JsonObject json = new JsonObject(text);
            Map<String, List<String>> filters = new TreeMap<>();
            JsonObject sent = json.getJsonObject("filters");
            for (String name : sent.fieldNames()) {
                List<String> values = new ArrayList<>();
                sent.getJsonArray(name).forEach(value -> values.add((String) value));
                filters.put(name, values);
            }
            return new Definition(
                    json.getString("url"),
                    strings(json.getJsonObject("options")),
                    strings(json.getJsonObject("secrets")),
                    filters,
                    OnRefused.valueOf(json.getString("on_refused").toUpperCase(Locale.ROOT)),
                    json.getString("agent_prefix"),
                    origin(json.getString("origin")),
                    json.getString("start"),
                    json.getString("proof", ""));
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("the definition was written by another version of Sentinel", e);
        }
    }

    /** The environment of this process is not in the store, and what is there may not claim to be. */
    private static Definition.Origin origin(String text) {
        Definition.Origin origin = Definition.Origin.valueOf(text.toUpperCase(Locale.ROOT));
        return origin == Definition.Origin.ENVIRONMENT ? Definition.Origin.FORMER_ENVIRONMENT : origin;
    }

    private static Map<String, String> strings(JsonObject json) {
        Map<String, String> strings = new TreeMap<>();
        json.forEach(member -> strings.put(member.getKey(), (String) member.getValue()));
        return strings;
    }
}
