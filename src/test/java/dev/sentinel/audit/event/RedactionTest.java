package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.SecretKind;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What redaction removes from an event, and how the event reports it. */
final class RedactionTest {
    private final List<SecretKind> found = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"password\":\"pw\",\"n\":1} | {\"password\":\"[REDACTED]\",\"n\":1} | /metadata/password",
                "{\"a\":[{\"passcode\":7}]} | {\"a\":[{\"passcode\":\"[REDACTED]\"}]} | /metadata/a/0/passcode",
                "{\"secret\":{\"a\":[1]},\"b\":2} | {\"secret\":\"[REDACTED]\",\"b\":2} | /metadata/secret",
                "{\"cookie\":[\"a\",{\"b\":1}]} | {\"cookie\":\"[REDACTED]\"} | /metadata/cookie",
                "{\"a/b\":{\"~token\":\"abc12345\"}} | {\"a/b\":{\"~token\":\"[REDACTED]\"}} | /metadata/a~1b/~0token",
                "{\"l\":[1,\"Bearer abc12345\"]} | {\"l\":[1,\"Bearer [REDACTED]\"]} | /metadata/l/1",
                "{\"card\":4111111111111111} | {\"card\":\"[REDACTED]\"} | /metadata/card",
                "{\"name\":\"DB_PASSWORD\",\"value\":\"v\"}"
                        + " | {\"name\":\"DB_PASSWORD\",\"value\":\"[REDACTED]\"} | /metadata/value",
                "{\"element\":\"Password textbox\",\"text\":\"hunter22\"}"
                        + " | {\"element\":\"Password textbox\",\"text\":\"[REDACTED]\"} | /metadata/text",
                "{\"selector\":\"#password\",\"value\":\"v\"}"
                        + " | {\"selector\":\"#password\",\"value\":\"[REDACTED]\"} | /metadata/value",
                "{\"value\":\"v\",\"name\":\"DB_PASSWORD\"}"
                        + " | {\"value\":\"[REDACTED]\",\"name\":\"DB_PASSWORD\"} | /metadata/value",
                "{\"h\":[[\"authorization\",\"abcdefgh12\"]]}"
                        + " | {\"h\":[[\"authorization\",\"[REDACTED]\"]]} | /metadata/h/0/1",
                "{\"a\":[\"--password\",\"v\",\"w\"]} | {\"a\":[\"--password\",\"[REDACTED]\",\"w\"]} | /metadata/a/1",
                "{\"role_id\":\"app\",\"secret_id\":\"6a174c20-f6de-a53c-74d2-6018fcceff64\"}"
                        + " | {\"role_id\":\"app\",\"secret_id\":\"[REDACTED]\"} | /metadata/secret_id",
                "{\"cookies\":[{\"name\":\"x_id\",\"value\":\"v\",\"path\":\"/a\"}]}"
                        + " | {\"cookies\":[{\"name\":\"x_id\",\"value\":\"[REDACTED]\",\"path\":\"/a\"}]}"
                        + " | /metadata/cookies/0/value",
                "{\"AKIAIOSFODNN7EXAMPLE\":1} | {\"[REDACTED]\":1} | /metadata/[REDACTED]"
            })
    void read_metadataWithSecret_isReplacedAndReported(String metadata, String stored, String pointer) {
        AuditEvent event = read(RedactionRules.full(), "r", metadata);
        assertThat(event.metadata()).isEqualTo(stored);
        assertThat(new JsonObject(event.redacted()))
                .isEqualTo(
                        new JsonObject().put("rules", "5-full").put("count", 1).put("pointers", List.of(pointer)));
        assertThat(found).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"password\":null,\"token\":true,\"secret\":false,\"cookie\":\"\"}",
                "{\"password\":\"[REDACTED]\"}",
                "{\"role\":\"tool\",\"content\":\"The file is empty.\",\"name\":\"get_secret\"}",
                "{\"value\":\"${DB_PASSWORD}\",\"name\":\"DB_PASSWORD\"}",
                "{\"secret_id\":\"6a174c20-f6de-a53c-74d2-6018fcceff64\",\"a\":{\"role_id\":\"app\"}}",
                "{\"role_id\":\"app\",\"secret_id\":\"prod/db-1\"}",
                "{\"headers\":[{\"name\":\"x_id\",\"value\":\"v\"}],\"cookies\":[[{\"value\":\"v\"}]]}",
                "{\"dependencies\":{\"cookie\":\"^0.18.1\"},\"errors\":{\"password\":\"This field is required.\"}}",
                "{\"max_tokens\":1000,\"n\":4111111111111111,\"time_to_first_token\":12,"
                        + "\"token\":\" Paris\",\"x\":0.4111111111111111}"
            })
    void read_metadataWithoutSecret_isKept(String metadata) {
        AuditEvent event = read(RedactionRules.full(), "r", metadata);
        assertThat(event.metadata()).isEqualTo(metadata);
        assertThat(event.redacted()).isNull();
        assertThat(found).isEmpty();
    }

    @Test
    void read_resourceWithSecret_keepsRest() {
        AuditEvent event = read(RedactionRules.full(), "postgres://app:hunter2@db/x", "{}");
        assertThat(event.resource()).isEqualTo("postgres://app:[REDACTED]@db/x");
        assertThat(event.redacted()).contains("[\"/resource\"]");
    }

    @Test
    void read_resourceTooLongAfterRedaction_isReplacedWhole() {
        AuditEvent event = read(RedactionRules.full(), "a://b:c@" + "d".repeat(1016), "{}");
        assertThat(event.resource()).isEqualTo("[REDACTED]");
    }

    @Test
    void read_namesWithDifferentSecrets_stayDistinct() {
        AuditEvent event = read(
                RedactionRules.full(),
                "r",
                "{\"AKIAIOSFODNN7EXAMPL1\":1,\"[REDACTED] 2\":2,\"AKIAIOSFODNN7EXAMPL2\":3}");
        assertThat(event.metadata()).isEqualTo("{\"[REDACTED]\":1,\"[REDACTED] 2\":2,\"[REDACTED] 3\":3}");
    }

    /** Identifiers are compared and searched, so they cannot be rewritten. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trace_id | ghp_0123456789abcdefghijklmnopqrstuvwxyz",
                "trace_id | run-AKIAIOSFODNN7EXAMPLE",
                "agent_instance_id | postgres://app:hunter2@db/x",
                "agent_instance_id | token=abc12345"
            })
    void read_identifierWithSecret_isRefused(String field, String id) {
        for (RedactionRules.Mode mode : List.of(RedactionRules.Mode.FULL, RedactionRules.Mode.STRICT)) {
            DecodedEvent decoded = decode(RedactionRules.of(mode, List.of(), List.of()), field, id, "r", "{}");
            assertThat(((DecodedEvent.Invalid) decoded).errors())
                    .containsExactly(new FieldError("/" + field, EventLimits.ID_SECRET));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trace_id | 4bf92f3577b34da6a3ce929d0e0e4736",
                "trace_id | 4111111111111111",
                "agent_instance_id | token-service-7",
                "agent_instance_id | deploy/secret-rotator@3",
                "agent_instance_id | arn:aws:iam::123456789012:role/agent"
            })
    void read_identifierLikeAnyOther_isKept(String field, String id) {
        for (RedactionRules.Mode mode : List.of(RedactionRules.Mode.FULL, RedactionRules.Mode.STRICT)) {
            assertThat(decode(RedactionRules.of(mode, List.of(), List.of()), field, id, "r", "{}"))
                    .isInstanceOf(DecodedEvent.Valid.class);
        }
    }

    @Test
    void read_manySecrets_countsAllAndListsSome() {
        StringBuilder metadata = new StringBuilder("{\"l\":[{\"password\":1}");
        metadata.append(",{\"password\":1}".repeat(999)).append("]}");
        JsonObject redacted = new JsonObject(
                read(RedactionRules.full(), "r", metadata.toString()).redacted());
        assertThat(redacted.getInteger("count")).isEqualTo(1000);
        assertThat(redacted.getJsonArray("pointers")).hasSize(100).contains("/metadata/l/99/password");
    }

    /** A name and its value may hold a secret each, and a sibling may name a value that was redacted in part. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"AKIAIOSFODNN7EXAMPLE\":\"Bearer abc12345\"} | [REDACTED]",
                "{\"AKIAIOSFODNN7EXAMPLE password\":\"v\"} | [REDACTED] password",
                "{\"value\":\"my Bearer abc12345\",\"name\":\"DB_PASSWORD\"} | value"
            })
    void read_valueRedactedTwice_isReportedOnce(String member, String name) {
        for (int times : List.of(1, 200)) {
            String metadata = "{\"l\":[" + member + ("," + member).repeat(times - 1) + "]}";
            JsonObject redacted =
                    new JsonObject(read(RedactionRules.full(), "r", metadata).redacted());
            assertThat(redacted.getInteger("count")).isEqualTo(times);
            assertThat(redacted.getJsonArray("pointers"))
                    .contains("/metadata/l/0/" + name)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void read_longNames_pointersAreBounded() {
        String name = "password".repeat(1000);
        String metadata = "{\"" + name + "\":{\"a\":1}," + "\"b\":{\"" + name + "\":1},\"c\":{\"" + name + "\":1}}";
        AuditEvent event = read(RedactionRules.full(), "r", metadata);
        assertThat(event.redacted()).contains("\"count\":3").hasSizeLessThan(9_000);
    }

    /** A pointer is made only if it is listed: the names of this event would make gigabytes of them. */
    @Test
    void read_manySecretsBelowLongNames_isCheap() {
        String metadata = "{\"" + "n".repeat(30_000) + "\":[" + "{\"password\":1},".repeat(1_200) + "0]}";
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < 100; i++) {
            read(RedactionRules.full(), "r", metadata);
        }
        assertThat(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before)
                .isLessThan(2_000_000_000L);
    }

    @Test
    void read_modeKeys_ignoresShapes() {
        RedactionRules keys = RedactionRules.of(RedactionRules.Mode.KEYS, List.of("iban"), List.of());
        AuditEvent event = read(keys, "a://b:c@d", "{\"x\":\"Bearer abc12345\",\"my_IBAN\":1}");
        assertThat(event.resource()).isEqualTo("a://b:c@d");
        assertThat(event.metadata()).isEqualTo("{\"x\":\"Bearer abc12345\",\"my_IBAN\":\"[REDACTED]\"}");
        assertThat(event.redacted()).contains("\"rules\":\"5-keys+");
        assertThat(found).containsExactly(SecretKind.KEY);
    }

    @Test
    void read_modeOff_keepsEverything() {
        AuditEvent event = read(RedactionRules.off(), "a://b:c@d", "{\"password\":\"x\"}");
        assertThat(event.metadata()).isEqualTo("{\"password\":\"x\"}");
        assertThat(event.redacted()).isNull();
    }

    @Test
    void read_invalidEventWithSecretInName_omitsSecret() {
        String metadata = "{\"AKIAIOSFODNN7EXAMPLE\":{\"a\":1,\"a\":2}}";
        DecodedEvent decoded = decode(RedactionRules.full(), "r", metadata);
        assertThat(((DecodedEvent.Invalid) decoded).errors())
                .containsExactly(new FieldError("/metadata/[REDACTED]/a", EventDecoder.GIVEN_TWICE));
    }

    private AuditEvent read(RedactionRules rules, String resource, String metadata) {
        return ((DecodedEvent.Valid) decode(rules, resource, metadata)).event();
    }

    private DecodedEvent decode(RedactionRules rules, String resource, String metadata) {
        return decode(rules, "trace_id", "t", resource, metadata);
    }

    private DecodedEvent decode(RedactionRules rules, String field, String id, String resource, String metadata) {
        String other = field.equals("trace_id") ? "agent_instance_id" : "trace_id";
        String event = """
                {"event_id":"7d444840-9dc0-11d1-b245-5ffdce74fad2","%s":"%s","%s":"a",\
                "actor":"agent","action_type":"tool_call","resource":"%s","status":"success","metadata":%s}\
                """.formatted(field, id, other, resource, metadata);
        return new EventReader(1, rules, found::add)
                .readJson(EventSamples.utf8(event), null)
                .events()
                .get(0);
    }
}
