package dev.sentinel.audit.event;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Generates valid events, each with one of its many JSON spellings. Deterministic for a seed. */
public final class RandomEvents {
    private static final List<String> NUMBERS = List.of(
            "0", "-0", "1", "-17", "1.0", "1e400", "-1.5E-7", "0.000", "123456789012345678901234567890123456789012");

    private static final String SPAN_ID = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._:-";

    private final Random random;

    public RandomEvents(long seed) {
        random = new Random(seed);
    }

    /** An event and a JSON text of it. */
    public record Sample(AuditEvent event, String json) {}

    public Sample sample() {
        StringBuilder metadata = new StringBuilder();
        StringBuilder metadataAsSent = new StringBuilder();
        object(metadata, metadataAsSent, 3);
        AuditEvent event = AuditEvent.builder()
                .eventId(new UUID(random.nextLong(), random.nextLong()))
                .timestamp(random.nextInt(4) == 0 ? null : instant())
                .agentInstanceId(text(1, 255))
                .traceId(text(1, 255))
                .actor(oneOf(ActorType.values()))
                .actionType(oneOf(ActionType.values()))
                .resource(text(1, 1024))
                .status(oneOf(EventStatus.values()))
                .latencyMs(random.nextInt(3) == 0 ? null : random.nextInt() >>> 1)
                .metadata(metadata.toString())
                .spanId(random.nextInt(3) == 0 ? spanId() : null)
                .parentSpanId(random.nextInt(3) == 0 ? spanId() : null)
                .sessionId(random.nextInt(3) == 0 ? text(1, 255) : null)
                .onBehalfOf(random.nextInt(4) == 0 ? text(1, 255) : null)
                .build();
        return new Sample(event, json(event, metadataAsSent.toString()));
    }

    private String json(AuditEvent event, String metadataAsSent) {
        List<String> members = new ArrayList<>();
        String id = event.eventId().toString();
        members.add(member("event_id", quoted(random.nextBoolean() ? id : id.toUpperCase(Locale.ROOT))));
        if (event.timestamp() != null) {
            members.add(member("timestamp", quoted(event.timestamp().toString())));
        }
        members.add(member("agent_instance_id", quoted(event.agentInstanceId())));
        members.add(member("trace_id", quoted(event.traceId())));
        members.add(member("actor", quoted(event.actor().wireName())));
        members.add(member("action_type", quoted(event.actionType().wireName())));
        members.add(member("resource", quoted(event.resource())));
        members.add(member("status", quoted(event.status().wireName())));
        if (event.latencyMs() != null || random.nextBoolean()) {
            members.add(member("latency_ms", String.valueOf(event.latencyMs())));
        }
        if (!event.metadata().equals("{}") || random.nextBoolean()) {
            members.add(member("metadata", metadataAsSent));
        }
        Links links = event.links();
        link(members, "span_id", links.spanId());
        link(members, "parent_span_id", links.parentSpanId());
        link(members, "session_id", links.sessionId());
        link(members, "on_behalf_of", links.onBehalfOf());
        if (random.nextBoolean()) {
            members.add(member("x-unknown", metadataAsSent));
        }
        Collections.shuffle(members, random);
        return space() + "{" + String.join(",", members) + "}" + space();
    }

    private void link(List<String> members, String name, @Nullable String value) {
        if (value != null || random.nextInt(4) == 0) {
            members.add(member(name, value == null ? "null" : quoted(value)));
        }
    }

    private String spanId() {
        StringBuilder id = new StringBuilder();
        for (int i = 1 + random.nextInt(64); i > 0; i--) {
            id.append(SPAN_ID.charAt(random.nextInt(SPAN_ID.length())));
        }
        return id.toString();
    }

    private String member(String name, String value) {
        return space() + quoted(name) + space() + ":" + space() + value + space();
    }

    private void object(StringBuilder minified, StringBuilder sent, int depth) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            names.add(text(0, 9));
        }
        both(minified, sent, "{");
        String comma = "";
        for (String name : names) {
            both(minified, sent, comma);
            comma = ",";
            string(minified, sent, name);
            both(minified, sent, ":");
            value(minified, sent, depth - 1);
        }
        both(minified, sent, "}");
    }

    private void value(StringBuilder minified, StringBuilder sent, int depth) {
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0, 1 -> string(minified, sent, text(0, 30));
            case 2 -> both(minified, sent, NUMBERS.get(random.nextInt(NUMBERS.size())));
            case 3 -> both(minified, sent, List.of("true", "false", "null").get(random.nextInt(3)));
            case 4 -> {
                both(minified, sent, "[");
                for (int i = random.nextInt(4); i > 0; i--) {
                    value(minified, sent, depth - 1);
                    both(minified, sent, i > 1 ? "," : "");
                }
                both(minified, sent, "]");
            }
            default -> object(minified, sent, depth);
        }
    }

    private void both(StringBuilder minified, StringBuilder sent, String token) {
        minified.append(token);
        sent.append(space()).append(token).append(space());
    }

    private void string(StringBuilder minified, StringBuilder sent, String text) {
        minified.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int shortEscape = "\"\\\b\f\n\r\t".indexOf(c);
            if (shortEscape >= 0) {
                minified.append('\\').append("\"\\bfnrt".charAt(shortEscape));
            } else if (c < ' ') {
                minified.append("\\u%04x".formatted((int) c));
            } else {
                minified.append(c);
            }
        }
        minified.append('"');
        sent.append(quoted(text));
    }

    /** A JSON string, with escapes where required and, at random, where allowed. */
    private String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        boolean plain = random.nextBoolean();
        text.codePoints().forEach(c -> {
            if (c < ' ' || c == '"' || c == '\\' || (!plain && random.nextInt(8) == 0)) {
                String escape = random.nextBoolean() ? "\\u%04x" : "\\u%04X";
                for (char unit : Character.toChars(c)) {
                    json.append(escape.formatted((int) unit));
                }
            } else {
                json.appendCodePoint(c);
            }
        });
        return json.append('"').toString();
    }

    private String text(int min, int max) {
        int length = min + (random.nextInt(5) == 0 ? random.nextInt(max - min + 1) : random.nextInt(Math.min(9, max)));
        StringBuilder text = new StringBuilder();
        int kind = random.nextInt(4);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(codePoint(kind));
        }
        return text.toString();
    }

    private int codePoint(int kind) {
        return switch (kind) {
            case 0, 1 -> 'a' + random.nextInt(26);
            case 2 -> 1 + random.nextInt(0x7F);
            default -> {
                int any = 1 + random.nextInt(Character.MAX_CODE_POINT);
                yield any >= Character.MIN_SURROGATE && any <= Character.MAX_SURROGATE ? 'ä' : any;
            }
        };
    }

    private Instant instant() {
        return Timestamps.ofMicros(random.nextLong(-62_167_219_200_000_000L, 253_402_300_800_000_000L));
    }

    private String space() {
        return random.nextInt(6) == 0 ? List.of(" ", "\t", "\r", "  ").get(random.nextInt(4)) : "";
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
