package dev.sentinel.audit.ingest.cloudevents;

import io.vertx.core.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random messages, valid and damaged. */
final class GeneratedMessages {
    private static final String[] WORDS = {"order", "a b", "é", "€", "😀", "100%", "\"x\"", "back\\slash", "-", "7"};
    private static final String[] VALUES = {
        "1",
        "1.00",
        "-0",
        "1e400",
        "null",
        "true",
        "\"x\"",
        "[]",
        "{}",
        "[1,[2]]",
        "{\"status\":\"error\"}",
        "{\"password\":\"tR0ub4dor\",\"a\":[{}]}",
        "\"\\ud83d\"",
        "\"\\u0000\"",
        "{\"a\":1,\"a\":2}"
    };
    private static final String[] NAMES = {
        "id",
        "source",
        "type",
        "specversion",
        "time",
        "subject",
        "data",
        "data_base64",
        "datacontenttype",
        "traceparent",
        "authtype",
        "X",
        "",
        "é"
    };

    private GeneratedMessages() {}

    static Map<String, String> attributes(Random random) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", text(random));
        attributes.put("source", text(random));
        attributes.put("type", text(random));
        for (String name : new String[] {"subject", "comexample", "traceparent", "authid", "correlationid"}) {
            if (random.nextBoolean()) {
                attributes.put(name, text(random));
            }
        }
        return attributes;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            text.append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }

    static String data(Random random) {
        return VALUES[random.nextInt(12)];
    }

    static String structured(Map<String, String> attributes, String data, Random random) {
        List<String> members = new ArrayList<>();
        attributes.forEach((name, value) -> members.add(Json.encode(name) + ": " + Json.encode(value)));
        members.add("\"data\" : " + data);
        Collections.shuffle(members, random);
        return "{ " + String.join(" , ", members) + " }";
    }

    static Map<String, String> fields(Map<String, String> attributes, Random random) {
        Map<String, String> fields = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(attributes.keySet());
        Collections.shuffle(names, random);
        names.forEach(name -> fields.put(
                "ce-" + name,
                URLEncoder.encode(attributes.get(name), StandardCharsets.UTF_8).replace("+", "%20")));
        fields.put("content-type", "application/json");
        return fields;
    }

    static String damaged(Random random) {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            members.add(Json.encode(NAMES[random.nextInt(NAMES.length)]) + ':' + VALUES[random.nextInt(VALUES.length)]);
        }
        if (random.nextInt(4) > 0) {
            members.addAll(List.of(
                    "\"specversion\":\"1.0\"",
                    "\"id\":\"1\"",
                    "\"source\":\"s\"",
                    random.nextBoolean() ? "\"type\":\"t\"" : "\"type\":\"dev.sentinel.audit.event.v1\""));
        }
        String message = '{' + String.join(",", members) + '}';
        return random.nextInt(10) > 0 ? message : message.substring(0, random.nextInt(message.length()));
    }
}
