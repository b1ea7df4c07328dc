package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class EventRoundTripTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-02T09:00:00.000001Z");
    private static final String SHORTEST =
            "{\"event_id\":\"7d444840-9dc0-11d1-b245-5ffdce74fad2\",\"agent_instance_id\":\"a\",\"trace_id\":\"t\","
                    + "\"actor\":\"agent\",\"action_type\":\"db_query\",\"resource\":\"r\",\"status\":\"error\"}";
    private final EventReader reader = new EventReader(100, RedactionRules.off(), secret -> {});

    @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
    void readJson_anySpelling_returnsSameEvent(@ForAll long seed) {
        RandomEvents.Sample sample = new RandomEvents(seed).sample();

        assertThat(reader.readJson(utf8(sample.json()), null))
                .isEqualTo(new DecodedBody(false, List.of(new DecodedEvent.Valid(sample.event()))));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void readNdjson_anyLines_returnsSameEventsAsArray(@ForAll long seed) {
        RandomEvents random = new RandomEvents(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lines.add(random.sample().json());
        }

        assertThat(reader.readNdjson(utf8(String.join("\r\n", lines)), null))
                .isEqualTo(reader.readJson(utf8("[" + String.join(",", lines) + "]"), null));
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void maxEventsIn_anyBody_isAtLeastItsEvents(@ForAll long seed) {
        RandomEvents random = new RandomEvents(seed);
        List<String> lines = new ArrayList<>();
        for (int i = (int) Math.floorMod(seed, 10L); i >= 0; i--) {
            lines.add(random.sample().json());
        }
        lines.add(SHORTEST);

        assertThat(reader.maxEventsInNdjson(utf8(String.join("\n", lines)))).isEqualTo(lines.size());
        assertThat(reader.maxEventsInJson(utf8(" \n[" + String.join(",", lines) + "]")))
                .isGreaterThanOrEqualTo(lines.size());
        assertThat(reader.maxEventsInJson(utf8(lines.get(0)))).isEqualTo(1);
    }

    @Test
    void maxEventsIn_shortestEvents_isAtLeastTheirNumber() {
        assertThat(reader.readJson(utf8(SHORTEST), null).events()).hasOnlyElementsOfType(DecodedEvent.Valid.class);
        List<String> shortest = Collections.nCopies(100, SHORTEST);

        assertThat(reader.maxEventsInJson(utf8("[" + String.join(",", shortest) + "]")))
                .isEqualTo(100);
        assertThat(reader.maxEventsInNdjson(utf8(String.join("\n", shortest)))).isEqualTo(100);
        assertThat(reader.maxEventsInNdjson(utf8("\n".repeat(1_000)))).isLessThan(10);
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void write_thenRead_keepsContent(@ForAll long seed) {
        StoredEvent stored =
                new StoredEvent(7, RECEIVED, new RandomEvents(seed).sample().event(), Seals.ANY);

        DecodedEvent read = reader.readJson(written(stored), null).events().get(0);

        assertThat(read).isInstanceOfSatisfying(DecodedEvent.Valid.class, valid -> {
            assertThat(new EventContent(RedactionRules.off()).same(valid.event(), stored))
                    .isTrue();
            assertThat(valid.event().metadata()).isEqualTo(stored.event().metadata());
            assertThat(valid.event().timestamp()).isEqualTo(stored.timestamp());
        });
    }

    /** A mutated event may still be valid; it must never cause an unexpected exception. */
    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void read_anyMutation_isDecodedOrRefused(@ForAll long seed) {
        byte[] mutated = mutate(utf8(new RandomEvents(seed).sample().json()), new Random(seed));

        try {
            reader.readJson(mutated, null).events().forEach(this::assertSound);
        } catch (MalformedJsonException refused) {
            assertThat(refused.getMessage()).startsWith("The body ");
        }
        reader.readNdjson(mutated, null).events().forEach(this::assertSound);
    }

    private void assertSound(DecodedEvent decoded) {
        if (decoded instanceof DecodedEvent.Valid valid) {
            byte[] json = written(new StoredEvent(0, RECEIVED, valid.event(), Seals.ANY));
            assertThat(reader.readJson(json, null).events().get(0)).isInstanceOf(DecodedEvent.Valid.class);
        } else if (decoded instanceof DecodedEvent.Invalid invalid) {
            assertThat(invalid.errors()).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    private static byte[] mutate(byte[] valid, Random random) {
        int at = random.nextInt(valid.length);
        int to = at + random.nextInt(Math.min(valid.length - at, 40)) + 1;
        byte[] some = new byte[1 + random.nextInt(4)];
        random.nextBytes(some);
        List<String> tokens = List.of(
                "{",
                "}",
                "[",
                "]",
                "\"",
                ",",
                ":",
                "\\",
                "\\ud800",
                "\\u0000",
                "null",
                "NaN",
                "1e9999",
                "-",
                "\n",
                "[".repeat(200),
                "9".repeat(5000),
                "\"a\":1,\"a\":1,",
                "\uFEFF");
        byte[] token = utf8(tokens.get(random.nextInt(tokens.size())));
        return switch (random.nextInt(7)) {
            case 0 -> splice(valid, at, new byte[0], valid.length);
            case 1 -> splice(valid, at, new byte[0], to);
            case 2 -> splice(valid, at, some, at + 1);
            case 3 -> splice(valid, at, some, at);
            case 4 -> splice(valid, at, token, at);
            case 5 -> splice(valid, to, new byte[0], at);
            default -> splice(valid, at, new byte[] {(byte) (valid[at] ^ 1 << random.nextInt(8))}, at + 1);
        };
    }

    /** The bytes up to {@code end}, then others, then the bytes from {@code rest}. */
    private static byte[] splice(byte[] source, int end, byte[] inserted, int rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(source, 0, end);
        out.writeBytes(inserted);
        out.write(source, rest, source.length - rest);
        return out.toByteArray();
    }

    private static byte[] written(StoredEvent event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            EventWriter.write(generator, event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
