package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.SecretKind;
import io.vertx.core.json.JsonObject;
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
                "{\"password\":\"x\",\"n\":1} | {\"password\":\"[REDACTED]\",\"n\":1} | /metadata/password",
                "{\"a\":[{\"apiKey\":7}]} | {\"a\":[{\"apiKey\":\"[REDACTED]\"}]} | /metadata/a/0/apiKey",
                "{\"secret\":{\"a\":[1]},\"b\":2} | {\"secret\":\"[REDACTED]\",\"b\":2} | /metadata/secret",
                "{\"cookie\":[\"a\",{\"b\":1}]} | {\"cookie\":\"[REDACTED]\"} | /metadata/cookie",
                "{\"a/b\":{\"~token\":\"x\"}} | {\"a/b\":{\"~token\":\"[REDACTED]\"}} | /metadata/a~1b/~0token",
                "{\"l\":[1,\"Bearer abc12345\"]} | {\"l\":[1,\"Bearer [REDACTED]\"]} | /metadata/l/1",
                "{\"n\":4111111111111111} | {\"n\":\"[REDACTED]\"} | /metadata/n",
                "{\"AKIAIOSFODNN7EXAMPLE\":1} | {\"[REDACTED]\":1} | /metadata/[REDACTED]"
            })
    void read_metadataWithSecret_isReplacedAndReported(String metadata, String stored, String pointer) {
        AuditEvent event = read(RedactionRules.full(), "r", metadata);
        assertThat(event.metadata()).isEqualTo(stored);
        assertThat(new JsonObject(event.redacted()))
                .isEqualTo(
                        new JsonObject().put("rules", "1-full").put("count", 1).put("pointers", List.of(pointer)));
        assertThat(found).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"password\":null,\"token\":true,\"secret\":false,\"cookie\":\"\"}",
                "{\"password\":\"[REDACTED]\"}",
                "{\"max_tokens\":1000,\"n\":4111111111111112,\"x\":0.4111111111111111}"
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

    @Test
    void read_manySecrets_countsAllAndListsSome() {
        StringBuilder metadata = new StringBuilder("{\"l\":[{\"token\":1}");
        metadata.append(",{\"token\":1}".repeat(999)).append("]}");
        JsonObject redacted = new JsonObject(
                read(RedactionRules.full(), "r", metadata.toString()).redacted());
        assertThat(redacted.getInteger("count")).isEqualTo(1000);
        assertThat(redacted.getJsonArray("pointers")).hasSize(100).contains("/metadata/l/99/token");
    }

    @Test
    void read_longNames_pointersAreBounded() {
        String name = "token".repeat(1000);
        String metadata = "{\"" + name + "\":{\"a\":1}," + "\"b\":{\"" + name + "\":1},\"c\":{\"" + name + "\":1}}";
        AuditEvent event = read(RedactionRules.full(), "r", metadata);
        assertThat(event.redacted()).contains("\"count\":3").hasSizeLessThan(9_000);
    }

    @Test
    void read_modeKeys_ignoresShapes() {
        RedactionRules keys = RedactionRules.of(RedactionRules.Mode.KEYS, List.of("iban"), List.of());
        AuditEvent event = read(keys, "a://b:c@d", "{\"x\":\"Bearer abc12345\",\"my_IBAN\":1}");
        assertThat(event.resource()).isEqualTo("a://b:c@d");
        assertThat(event.metadata()).isEqualTo("{\"x\":\"Bearer abc12345\",\"my_IBAN\":\"[REDACTED]\"}");
        assertThat(event.redacted()).contains("\"rules\":\"1-keys+");
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
        String event = """
                {"event_id":"7d444840-9dc0-11d1-b245-5ffdce74fad2","agent_instance_id":"a","trace_id":"t",\
                "actor":"agent","action_type":"tool_call","resource":"%s","status":"success","metadata":%s}\
                """.formatted(resource, metadata);
        return new EventReader(1, rules, found::add)
                .readJson(EventSamples.utf8(event), null)
                .events()
                .get(0);
    }
}
