package dev.sentinel.audit.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLeafTest {
    private static final String SEAL = "\"seal\":{\"resource\":\"000102030405060708090a0b0c0d0e0f\","
            + "\"metadata\":\"101112131415161718191a1b1c1d1e1f\"}";
    private static final String LINE =
            "{\"event_id\":\"7d444840-9dc0-4bd1-b245-5ffdce74fad2\",\"timestamp\":\"2026-11-02T08:05:13.886000Z\","
                    + "\"agent_instance_id\":\"billing-agent-7\",\"trace_id\":\"run-42\",\"actor\":\"agent\","
                    + "\"action_type\":\"tool_call\",\"resource\":\"web_search\",\"status\":\"success\","
                    + "\"latency_ms\":182,"
                    + "\"metadata\":{\"query_length\":42},\"seq\":7,\"received_at\":\"2026-11-02T08:05:14.020131Z\","
                    + SEAL
                    + "}";
    private static final String HASH = "c37c91f05de7066539785adb23d4e8f4cca21364a29f285383584fe1f8fb33be";

    private final JsonLeaf leaf = new JsonLeaf();

    @Test
    void read_workedExample_isAsPublished() {
        assertThat(hash(LINE)).isEqualTo(HASH);
        assertThat(leaf.seq()).isEqualTo(7);
    }

    @Test
    void read_erased_staysTheSame() {
        String erased = LINE.replace(
                        "000102030405060708090a0b0c0d0e0f",
                        "339e00142b95fe8c4ed0540cc1dc14b6e224359da2fc04d1baf4a572d302c5bd")
                .replace(
                        "101112131415161718191a1b1c1d1e1f",
                        "1a30d9ddfac3175e935e0c63c562f039f5f8168d013532511f49778b4bdd9a1f")
                .replace("\"web_search\"", "null")
                .replace("{\"query_length\":42}", "{},\"erased\":{\"fields\":[\"metadata\"]},\"redacted\":null");

        assertThat(hash(erased)).isEqualTo(HASH);
    }

    @Test
    void read_blanksBetweenMembersAndNulls_staysTheSame() {
        String spaced =
                LINE.replace(",\"actor\":", " ,\r\n \"actor\" :\t").replace("\"status\"", "\"phase\":null,\"status\"");

        assertThat(hash(" " + spaced + "\n")).isEqualTo(HASH);
    }

    @Test
    void read_anyEvent_hasTheLeafOfTheServer() throws IOException {
        RandomEvents events = new RandomEvents(11);
        Random random = new Random(11);
        Sealer sealer = new Sealer();
        Leaf ofServer = new Leaf();
        for (int i = 0; i < 10_000; i++) {
            AuditEvent event = events.sample().event().toBuilder()
                    .submittedBy(random.nextBoolean() ? "key-1" : null)
                    .redacted(random.nextInt(4) == 0 ? "{\"count\":1,\"pointers\":[\"/metadata/\\u0001~1\"]}" : null)
                    .build();
            Instant receivedAt = Instant.ofEpochSecond(random.nextInt(), 1_000L * random.nextInt(1_000_000));
            Seal seal = random.nextInt(10) == 0
                    ? Seal.of(
                            new byte[Seal.COMMITMENT_BYTES],
                            new byte[Seal.SALT_BYTES],
                            event.links().mayBePersonal() ? new byte[Seal.SALT_BYTES] : null)
                    : sealer.draw(List.of(event)).get(0);
            StoredEvent stored = new StoredEvent(i, receivedAt, event, seal);
            byte[] expected = ofServer.bytes(stored);

            byte[] ofLine =
                    leaf.read(EventWriter.toSealedJson(stored).getBytes(UTF_8)).bytes();

            assertThat(new String(ofLine, UTF_8)).isEqualTo(new String(expected, UTF_8));
            assertThat(leaf.seq()).isEqualTo(i);
            assertThat(leaf.hash()).isEqualTo(ofServer.hash(stored));
            assertThat(leaf.read(EventWriter.toJson(stored).getBytes(UTF_8), seal)
                            .bytes())
                    .isEqualTo(expected);
            if (i % 5 == 0) {
                assertThat(new JsonCanonicalizer(ofLine).getEncodedString()).isEqualTo(new String(ofLine, UTF_8));
            }
        }
    }

    /** The parser reads long texts in parts. */
    @Test
    void read_largeEvent_hasTheLeafOfTheServer() {
        RandomEvents events = new RandomEvents(3);
        for (int length : new int[] {3_999, 4_000, 32_000, 32_768, 65_000}) {
            AuditEvent event = events.sample().event().toBuilder()
                    .metadata("{\"text\":\"" + "\u00e9x\\n".repeat(length / 5) + "\",\"n\":1e400}")
                    .redacted("{\"pointers\":[\"" + "y".repeat(length) + "\"]}")
                    .build();
            StoredEvent stored = new StoredEvent(5, Instant.EPOCH, event, Seals.any(event));

            byte[] ofLine =
                    leaf.read(EventWriter.toSealedJson(stored).getBytes(UTF_8)).bytes();

            assertThat(ofLine).isEqualTo(new Leaf().bytes(stored));
        }
    }

    /** Members that a newer server may add. */
    @Test
    void read_unknownMembers_areCanonicalMembersOfTheLeaf() throws IOException {
        String members = "\"z\":{\"b\":[1,-2,\"\\u20ac\\u0001\\/\",{}],\"\\uffff\":1,\"\\ud83d\\ude00\":[],\"a\":true},"
                + "\"\\u00e9\":9007199254740991,\"Z\":\"\\u007f\\u2028<\"";

        String text = new String(bytes("{" + members + "," + LINE.substring(1)), UTF_8);

        assertThat(text)
                .isEqualTo(new JsonCanonicalizer(text).getEncodedString())
                .startsWith("{\"Z\":\"\u007f\u2028<\",\"action_type\"")
                .endsWith("\"v\":1,\"z\":{\"a\":true,\"b\":[1,-2,\"\u20ac\\u0001/\",{}],"
                        + "\"\ud83d\ude00\":[],\"\uffff\":1},"
                        + "\"\u00e9\":9007199254740991}");
    }

    /**
     * The commitment is by openssl: printf 'links\n{"on_behalf_of":"ann","session_id":"s"}' | openssl dgst -mac hmac …
     */
    @Test
    void read_personalLinks_areOneCommitment() {
        String sealed = LINE.replace("\"seal\":{", "\"seal\":{\"links\":\"202122232425262728292a2b2c2d2e2f\",");
        String links = sealed.replace("\"seq\"", "\"session_id\":\"s\",\"on_behalf_of\":\"ann\",\"seq\"");

        String text = new String(bytes(links), UTF_8);

        assertThat(text)
                .contains(",\"links\":\"d4705771d901e928d89004e660532683ea11d60beac76fbf25b105c7806f9375\",")
                .doesNotContain("ann", "session_id");
        assertThat(hash(sealed.replace("\"seq\"", "\"session_id\":null,\"seq\"")))
                .isEqualTo(HASH);
        String erased = LINE.replace(
                "\"seal\":{",
                "\"seal\":{\"links\":\"d4705771d901e928d89004e660532683ea11d60beac76fbf25b105c7806f9375\",");
        assertThat(new String(bytes(erased), UTF_8)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"seal\":{' | '\"sea1\":{' | the event has no seal",
                "'000102' | '00010G' | the seal does not have 32 or 64 hexadecimal digits for each field",
                "'000102' | '0001' | the seal does not have 32 or 64 hexadecimal digits for each field",
                "'\"web_search\"' | '7' | the event has no resource",
                "'\"seq\":7' | '\"seq\":7,\"seq\":7' | the event has two members seq",
                "'\"seq\":7' | '\"actor\":\"a\",\"seq\":7' | the event has two members actor",
                "'\"seq\":7' | '\"seq\":1e2' | a member is a number that is not an integer below 2^53",
                "'\"seq\":7' | '\"x\":1.0' | a member is a number that is not an integer below 2^53",
                "'\"seq\":7' | '\"x\":-0' | a member is a number that is not an integer below 2^53",
                "'\"seq\":7' | '\"x\":9007199254740992' | a member is a number that is not an integer below 2^53",
                "'\"seq\":7' | '\"x\":[{\"a\":1,\"a\":1}]' | a member has two members of one name",
                "'\"seq\":7' | '\"v\":1' | an event has no member v",
                "'\"seq\":7' | '\"x\":\"\\ud800\"' | a text has half a surrogate pair",
                "'\"seq\":7' | '\"session_id\":\"s\"' | the seal has no part for session_id and on_behalf_of",
                "'\"seq\":7' | '\"seq\":7]' | the event is not valid JSON",
            })
    void read_altered_saysWhatIsWrong(String part, String other, String message) {
        assertThat(LINE).contains(part);
        assertThatThrownBy(() -> bytes(LINE.replace(part, other)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "1", "null", "{", "{\"a\"", "{}", "{} {}", "\u0000", "nul", "{\"a\":NaN}"})
    void read_noEvent_isRefused(String text) {
        assertThatThrownBy(() -> bytes(text)).isInstanceOf(MalformedEventException.class);
    }

    @Test
    void read_deepOrInvalid_isRefused() {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertThatThrownBy(() -> bytes("{\"x\":" + deep + "," + LINE.substring(1)))
                .hasMessageContaining("nests more than 32 levels");
        byte[] latin = LINE.replace("web", "w\u00e9b").getBytes(ISO_8859_1);
        assertThatThrownBy(() -> leaf.read(latin)).hasMessage("the event is not valid UTF-8");
        // Afterwards it is as good as new.
        assertThat(hash(LINE)).isEqualTo(HASH);
    }

    private byte[] bytes(String line) {
        return leaf.read(line.getBytes(UTF_8)).bytes();
    }

    private String hash(String line) {
        return leaf.read(line.getBytes(UTF_8)).hash().hex();
    }
}
