package dev.sentinel.audit.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;

final class LeafTest {
    private static final String RESOURCE_SALT = "000102030405060708090a0b0c0d0e0f";
    private static final String METADATA_SALT = "101112131415161718191a1b1c1d1e1f";
    private static final String RESOURCE_COMMITMENT =
            "339e00142b95fe8c4ed0540cc1dc14b6e224359da2fc04d1baf4a572d302c5bd";
    private static final String METADATA_COMMITMENT =
            "1a30d9ddfac3175e935e0c63c562f039f5f8168d013532511f49778b4bdd9a1f";

    private static final String LEAF =
            "{\"action_type\":\"tool_call\",\"actor\":\"agent\",\"agent_instance_id\":\"billing-agent-7\","
                    + "\"event_id\":\"7d444840-9dc0-4bd1-b245-5ffdce74fad2\",\"latency_ms\":182,"
                    + "\"metadata\":\"" + METADATA_COMMITMENT + "\",\"received_at\":\"2026-11-02T08:05:14.020131Z\","
                    + "\"resource\":\"" + RESOURCE_COMMITMENT + "\",\"status\":\"success\","
                    + "\"timestamp\":\"2026-11-02T08:05:13.886000Z\",\"trace_id\":\"run-42\",\"v\":1}";

    private static final String HASH = "c37c91f05de7066539785adb23d4e8f4cca21364a29f285383584fe1f8fb33be";

    private final Leaf leaf = new Leaf();

    /** Computed with Python's standard library and with a JCS library, not by this code. */
    @Test
    void leaf_workedExample_isAsPublished() {
        StoredEvent event = example("web_search", "{\"query_length\":42}", seal(RESOURCE_SALT, METADATA_SALT));

        assertThat(new String(leaf.bytes(event), UTF_8)).isEqualTo(LEAF);
        assertThat(leaf.hash(event).hex()).isEqualTo(HASH);
    }

    @Test
    void leaf_fieldsErased_staysTheSame() {
        StoredEvent event = example("[ERASED]", "{}", seal(RESOURCE_COMMITMENT, METADATA_COMMITMENT));

        assertThat(leaf.hash(event).hex()).isEqualTo(HASH);
    }

    @Test
    void leaf_anyEvent_isCanonicalJson() throws IOException {
        RandomEvents events = new RandomEvents(7);
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            AuditEvent event = events.sample().event().toBuilder()
                    .submittedBy(random.nextBoolean() ? "key-1" : null)
                    .build();
            Instant receivedAt = Instant.ofEpochSecond(random.nextInt(), 1_000L * random.nextInt(1_000_000));
            String text = new String(leaf.bytes(new StoredEvent(i, receivedAt, event, Seals.any(event))), UTF_8);

            assertThat(text).isEqualTo(new JsonCanonicalizer(text).getEncodedString());
            assertThat(text).doesNotContain("null").doesNotContain("\"seq\"");
        }
    }

    /** The longest texts, of which each character has the longest escape. */
    @Test
    void leaf_longest_isFarShorterThanAnEntryMayBe() {
        String longest = "\u0001".repeat(255);
        AuditEvent event = event("r", "{}").toBuilder()
                .agentInstanceId(longest)
                .traceId(longest)
                .submittedBy("key-01234567")
                .build();

        assertThat(leaf.bytes(new StoredEvent(0, Instant.EPOCH, event, Seals.ANY)).length)
                .isLessThan(4_096);
    }

    @Test
    void leaf_redactedChanges_otherLeaf() {
        AuditEvent event = event("r", "{\"a\":\"[REDACTED]\"}").toBuilder()
                .redacted("{\"by\":1}")
                .build();
        AuditEvent other = event.toBuilder().redacted(null).build();

        assertThat(leaf.hash(stored(event, Seals.ANY))).isNotEqualTo(leaf.hash(stored(other, Seals.ANY)));
    }

    /** HMAC-SHA-256 by openssl: printf 'ID\nresource' | openssl dgst -sha256 -mac hmac -macopt hexkey:00… */
    @Test
    void legacyKey_noSealStored_isDerivedFromTheId() {
        LegacyKey key = LegacyKey.of(new byte[LegacyKey.BYTES]);
        UUID id = UUID.fromString("7d444840-9dc0-4bd1-b245-5ffdce74fad2");

        Seal seal = key.complete(id, null, null, null);

        assertThat(HexFormat.of().formatHex(seal.resource())).isEqualTo("77838d32f5affff38be7f5582d99e3c6");
        assertThat(HexFormat.of().formatHex(seal.metadata())).isEqualTo("aff737bb2959110b7acdc3423cc6b942");
        byte[] erased = HexFormat.of().parseHex(METADATA_COMMITMENT);
        assertThat(key.complete(id, null, erased, null)).isEqualTo(Seal.of(seal.resource(), erased, null));
    }

    private static StoredEvent example(String resource, String metadata, Seal seal) {
        return stored(event(resource, metadata), seal);
    }

    private static StoredEvent stored(AuditEvent event, Seal seal) {
        return new StoredEvent(0, Instant.parse("2026-11-02T08:05:14.020131Z"), event, seal);
    }

    private static AuditEvent event(String resource, String metadata) {
        return AuditEvent.builder()
                .eventId(UUID.fromString("7d444840-9dc0-4bd1-b245-5ffdce74fad2"))
                .timestamp(Instant.parse("2026-11-02T08:05:13.886Z"))
                .agentInstanceId("billing-agent-7")
                .traceId("run-42")
                .actor(ActorType.AGENT)
                .actionType(ActionType.TOOL_CALL)
                .resource(resource)
                .status(EventStatus.SUCCESS)
                .latencyMs(182)
                .metadata(metadata)
                .build();
    }

    private static Seal seal(String resource, String metadata) {
        return Seal.of(HexFormat.of().parseHex(resource), HexFormat.of().parseHex(metadata), null);
    }
}
