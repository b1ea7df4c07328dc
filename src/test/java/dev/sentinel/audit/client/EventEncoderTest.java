package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.Links;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Checks that the server reads what the client encodes. */
class EventEncoderTest {
    private static final UUID ID = UUID.fromString("0192f000-0000-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-02T08:05:13.886123Z");
    private static final EventDefaults DEFAULTS = new EventDefaults("agent", "trace", null, null, null);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final EventEncoder plain = new EventEncoder(RedactionRules.off());
    private final EventEncoder redacting = new EventEncoder(RedactionRules.full());
    private final EventReader reader = new EventReader(10, RedactionRules.off(), secret -> {});
    private final EventReader redactingReader = new EventReader(10, RedactionRules.full(), secret -> {});

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void encode_anyValues_areReadUnchanged(@ForAll long seed) throws Exception {
        Map<String, Object> metadata = new RandomValues(seed).object(4);

        AuditEvent event = read(reader, encode(plain, metadata));

        JsonNode expected = JSON.readTree(JSON.writeValueAsString(tree(metadata)));
        assertThat(expected.equals(EventEncoderTest::compare, JSON.readTree(event.metadata())))
                .as("%s, but is %s", expected, event.metadata())
                .isTrue();
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void encode_anySecrets_areRedactedLikeOnTheServer(@ForAll long seed) {
        RandomValues random = new RandomValues(seed);
        Map<String, Object> metadata = random.object(4);

        AuditEvent byClient = read(redactingReader, encode(redacting, metadata));
        AuditEvent byServer = read(redactingReader, encode(plain, metadata));

        assertThat(byClient.metadata()).isEqualTo(byServer.metadata());
        assertThat(byClient.redacted())
                .as("left for the server to redact: %s", byClient.metadata())
                .isNull();
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void encode_anyResource_isRedactedLikeOnTheServer(@ForAll long seed) {
        String text = new RandomValues(seed).text() + "x";
        String resource = text.repeat(1 + (int) Math.floorMod(seed, 20L));
        EventBuilder event = builder().toolCall(resource.substring(0, Math.min(1024, resource.length())));

        AuditEvent byClient = read(redactingReader, encode(redacting, event));
        AuditEvent byServer = read(redactingReader, encode(plain, event));

        assertThat(byClient.resource()).isEqualTo(byServer.resource());
        assertThat(byClient.redacted()).isNull();
    }

    @Test
    void encode_allFields_arePresent() {
        EventBuilder event = builder()
                .timestamp(NOW.plusSeconds(1))
                .agentInstanceId("billing")
                .traceId("run-7")
                .spanId("7.1")
                .parentSpanId("7")
                .sessionId("conversation-7")
                .onBehalfOf("ann")
                .actor(ActorType.HUMAN)
                .policyCheck("refunds")
                .denied()
                .latencyMs(17);

        assertThat(read(reader, encode(plain, event)))
                .isEqualTo(AuditEvent.builder()
                        .eventId(ID)
                        .timestamp(NOW.plusSeconds(1))
                        .agentInstanceId("billing")
                        .traceId("run-7")
                        .links(new Links("7.1", "7", "conversation-7", "ann"))
                        .actor(ActorType.HUMAN)
                        .actionType(ActionType.POLICY_CHECK)
                        .resource("refunds")
                        .status(EventStatus.DENIED)
                        .latencyMs(17)
                        .build());
    }

    @Test
    void encode_onlyAnAction_hasDefaults() {
        assertThat(read(reader, encode(plain, builder().toolCall("web_search"))))
                .isEqualTo(AuditEvent.builder()
                        .eventId(ID)
                        .timestamp(NOW)
                        .agentInstanceId("agent")
                        .traceId("trace")
                        .actor(ActorType.AGENT)
                        .actionType(ActionType.TOOL_CALL)
                        .resource("web_search")
                        .status(EventStatus.SUCCESS)
                        .build());
    }

    @Test
    void encode_invalidFields_areAllReportedInTheServersWords() {
        EventBuilder event =
                builder().agentInstanceId("").traceId("t".repeat(2_000_000)).metadata("x", "y".repeat(70_000));

        assertThat(plain.encode(event, ID, NOW, new EventDefaults(null, "trace", null, null, null)))
                .isNull();
        assertThat(plain.problem())
                .isEqualTo("agent_instance_id must be a string of 1 to 255 characters; "
                        + "trace_id must be a string of 1 to 255 characters; action_type is required; "
                        + "resource is required");
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void encode_valuesTooLarge_areCutAndAcceptedByTheServer(@ForAll long seed) {
        RandomValues random = new RandomValues(seed);
        Map<String, Object> metadata = random.object(3);
        for (int i = 0; i < 8; i++) {
            metadata.put(
                    "large" + i,
                    List.of(
                            random.text().repeat(1_000),
                            random.object(3),
                            random.text().repeat(40)));
        }
        EventBuilder event = builder()
                .toolCall("r" + random.text().repeat(60))
                .traceId("t".repeat(300))
                .metadata(metadata);

        AuditEvent read = read(redactingReader, encode(redacting, event));

        assertThat(read.redacted())
                .as("left for the server to redact: %s", read.metadata())
                .isNull();
        assertThat(read.metadata()).contains("\"pointer\":\"/trace_id\"");
    }

    @Test
    void encode_nothingGiven_hasDefaults() {
        EventBuilder event = builder()
                .toolCall("x")
                .traceId("")
                .actor(null)
                .status(null)
                .latency(null)
                .metadata((Map<String, ?>) null)
                .latency(Duration.ofSeconds(Long.MIN_VALUE));

        AuditEvent read = read(reader, encode(plain, event));

        assertThat(read.traceId()).isEqualTo("trace");
        assertThat(read.actor()).isEqualTo(ActorType.AGENT);
        assertThat(read.status()).isEqualTo(EventStatus.SUCCESS);
        assertThat(read.latencyMs()).isEqualTo(0);
    }

    @Test
    void encode_timeOutsideTheCalendar_isThatOfTheRecording() {
        AuditEvent read = read(reader, encode(plain, builder().toolCall("x").timestamp(Instant.MAX)));

        assertThat(read.timestamp()).isEqualTo(NOW);
        assertThat(read.metadata()).contains("\"pointer\":\"/timestamp\"");
    }

    @Test
    void encode_mapThatCannotBeReadOn_keepsWhatWasRead() {
        Map<String, Object> broken = new TreeMap<>(Map.of("a", 1, "b", 2)) {
            @Override
            public Set<Map.Entry<String, Object>> entrySet() {
                Iterator<Map.Entry<String, Object>> entries = super.entrySet().iterator();
                return new AbstractSet<>() {
                    @Override
                    public Iterator<Map.Entry<String, Object>> iterator() {
                        return new Iterator<>() {
                            private boolean read;

                            @Override
                            public boolean hasNext() {
                                return true;
                            }

                            @Override
                            public Map.Entry<String, Object> next() {
                                if (read) {
                                    throw new ConcurrentModificationException();
                                }
                                read = true;
                                return entries.next();
                            }
                        };
                    }

                    @Override
                    public int size() {
                        return 2;
                    }
                };
            }
        };

        assertThat(read(reader, encode(plain, Map.of("map", broken))).metadata())
                .isEqualTo("{\"map\":{\"a\":1},\"truncated\":[{\"pointer\":\"/metadata/map\"}]}");
    }

    @Test
    @SuppressWarnings("ToStringReturnsNull") // As agents' classes do.
    void encode_oddValues_becomeText() {
        List<Object> around = new ArrayList<>();
        record Around(List<Object> list) {}
        around.add(new Around(around));
        Map<String, Object> odd = new LinkedHashMap<>();
        odd.put("record", new Around(List.of(1)));
        odd.put("around", around);
        odd.put("chars", "password=hunter2hunter2".toCharArray());
        odd.put("number", new BigDecimal("1") {
            @Override
            public String toString() {
                return "no number";
            }
        });
        odd.put("null", new Object() {
            @Override
            public String toString() {
                return null;
            }
        });

        assertThat(read(redactingReader, encode(redacting, odd)).metadata())
                .contains("\"record\":\"Around[list=[1]]\"", "\"around\":[\"<")
                .contains("\"chars\":\"password=[REDACTED]\"", "\"number\":\"no number\"", "\"null\":\"<");
    }

    @Test
    void encode_hugeText_costsLittle() {
        String text = "word ".repeat(10_000_000);
        encode(redacting, Map.of("warm", text));
        long start = System.nanoTime();
        encode(redacting, Map.of("text", text));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void encode_deepestAllowed_isReadByTheServer() {
        Object value = 1;
        for (int level = 1; level < 32; level++) {
            value = List.of(value);
        }

        assertThat(read(reader, encode(plain, Map.of("deep", value))).metadata())
                .contains("[[[1]]]");
        assertThat(read(reader, encode(plain, Map.of("deep", List.of(value)))).metadata())
                .contains("[[\"[1]\"]]")
                .contains("\"truncated\":[{\"pointer\":\"/metadata/deep/0/");
    }

    @Test
    void encode_pathsAndOtherObjects_becomeTheirText() {
        assertThat(read(reader, encode(plain, Map.of("path", Path.of("a", "b"))))
                        .metadata())
                .isEqualTo("{\"path\":\"a/b\"}");
    }

    @Test
    void encode_keysWithSameText_stayDistinct() {
        Map<Object, Object> keys = new LinkedHashMap<>();
        keys.put(1, "number");
        keys.put("1", "text");
        keys.put(1L, "long");

        assertThat(read(reader, encode(plain, Map.of("map", keys))).metadata())
                .isEqualTo("{\"map\":{\"1\":\"number\",\"1 2\":\"text\",\"1 3\":\"long\"}}");
    }

    @Test
    void encode_keptKey_isNotRedacted() {
        EventEncoder keeping =
                new EventEncoder(RedactionRules.of(RedactionRules.Mode.FULL, List.of("iban"), List.of("pageToken")));

        assertThat(read(
                                reader,
                                encode(
                                        keeping,
                                        builder()
                                                .toolCall("x")
                                                .metadata("page_token", "abc")
                                                .metadata("my_iban", "DE1")
                                                .metadata("token", "abc12345")))
                        .metadata())
                .isEqualTo("{\"page_token\":\"abc\",\"my_iban\":\"[REDACTED]\",\"token\":\"[REDACTED]\"}");
    }

    /** Compares numbers by value: 1.0E16 and 10000000000000000 are nodes of different types. */
    private static int compare(JsonNode left, JsonNode right) {
        return left.isNumber() && right.isNumber()
                ? left.decimalValue().compareTo(right.decimalValue())
                : left.equals(right) ? 0 : 1;
    }

    private static EventBuilder builder() {
        return new EventBuilder();
    }

    private static byte[] encode(EventEncoder encoder, Map<String, ?> metadata) {
        return encode(encoder, builder().toolCall("web_search").metadata(metadata));
    }

    private static byte[] encode(EventEncoder encoder, EventBuilder event) {
        byte[] json = encoder.encode(event, ID, NOW, DEFAULTS);
        assertThat(json).as(encoder.problem()).isNotNull().doesNotContain((byte) '\n');
        assertThat(EventEncoder.eventId(json)).isEqualTo(ID.toString());
        return json;
    }

    private static AuditEvent read(EventReader reader, byte[] json) {
        DecodedEvent event = reader.readNdjson(json, null).events().get(0);
        assertThat(event).as(new String(json, UTF_8)).isInstanceOf(DecodedEvent.Valid.class);
        return ((DecodedEvent.Valid) event).event();
    }

    /** The value as another JSON library would write it. */
    private static Object tree(Object value) {
        if (value == null || value instanceof Boolean || value instanceof BigDecimal || value instanceof BigInteger) {
            return value;
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> object = new LinkedHashMap<>();
            map.forEach((key, member) -> object.put(name(object, sound(key.toString())), tree(member)));
            return object;
        } else if (value instanceof Collection<?> collection) {
            return collection.stream().map(EventEncoderTest::tree).collect(ArrayList::new, List::add, List::addAll);
        } else if (value.getClass().isArray()) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                list.add(tree(Array.get(value, i)));
            }
            return list;
        } else if (value instanceof Integer || value instanceof Long || value instanceof AtomicLong) {
            return ((Number) value).longValue();
        } else if (value instanceof Double number && Double.isFinite(number)) {
            return new BigDecimal(number.toString());
        }
        return sound(value.toString());
    }

    private static String name(Map<String, Object> taken, String name) {
        String unique = name;
        for (int i = 2; taken.containsKey(unique); i++) {
            unique = name + " " + i;
        }
        return unique;
    }

    /** Replaces NUL and unpaired surrogates by U+FFFD. Encoders of the JDK would write a question mark. */
    private static String sound(String text) {
        StringBuilder sound = new StringBuilder();
        text.codePoints()
                .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
