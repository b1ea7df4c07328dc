package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Bytes;
import dev.sentinel.audit.ingest.otlp.wire.Items;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Secrets that a cut or an encoding would hide from the rules. */
final class HiddenSecretsTest {
    /** Has the shape of a token of GitHub. */
    private static final String CANARY = "ghp_" + "a1B2c3D4e5F6".repeat(3);

    @Test
    void statement_withSecretAcrossItsCut_isRedactedFirst() {
        String columns = "select " + "c, ".repeat(61);
        AuditEvent event = event(Attributes.builder()
                .put("db.system.name", "postgresql")
                .put("db.query.text", columns + CANARY + " from t where x in (" + "y, ".repeat(50) + ')'));

        assertThat(event.resource()).startsWith("select c, ").endsWith("…").doesNotContain("ghp_");
        assertThat(event.resource().codePointCount(0, event.resource().length()))
                .isLessThanOrEqualTo(200);
        assertThat(event.metadata()).contains("\"truncated\":[{\"at\":\"/resource\"");
    }

    /** What the cut takes away said that the word before it is no secret. */
    @Test
    void statement_redactedAgainOnceItWasCut_isReportedOnce() {
        String columns = "select a, " + CANARY + ", " + "c, ".repeat(52);
        AuditEvent event = event(Attributes.builder()
                .put("db.system.name", "postgresql")
                .put("db.query.text", columns + "password: fortune favors the bold"));

        assertThat(event.resource())
                .startsWith("select a, [REDACTED], c, ")
                .contains("password: [REDACTED")
                .doesNotContain("fortune");
        assertThat(event.redacted())
                .contains("\"count\":2,\"pointers\":[\"/resource\",\"/metadata/attributes/db.query.text\"]");
    }

    @Test
    void bytes_thatAreText_areRedactedAsText() {
        Bytes bytes = Bytes.of(("token " + CANARY).getBytes(StandardCharsets.UTF_8));

        String metadata = event(tool().put("note", bytes).put("notes", new Items(List.of(bytes))))
                .metadata();

        assertThat(metadata).contains("\"note\":\"token [REDACTED]\"", "\"notes\":[\"token [REDACTED]\"]");
    }

    /** A hash of few bytes is these bytes. */
    @Test
    void bytes_thatAreNoText_leaveTheirNumberOnly() {
        Bytes bytes = Bytes.of(new byte[] {(byte) 0xFF, 1, 2});

        String metadata = event(tool().put("note", bytes).put("gen_ai.tool.call.result", bytes))
                .metadata();

        assertThat(metadata)
                .contains("\"note\":{\"bytes\":3}", "\"result\":{\"bytes\":3}")
                .doesNotContain("sha256");
    }

    /** Each text takes half of the room that is left for its record, so that of the last one the end is missing. */
    @Test
    void text_whoseEndIsNotHeld_losesWhatMayBeHalfASecret() {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0, length = 17 << 19; i < 11; i++, length /= 2) {
            attributes.append(attribute("filler." + i, "x".repeat(length))).append(',');
        }
        String json =
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a\","
                        + "\"spanId\":\"a1b2c3d4e5f60718\",\"endTimeUnixNano\":\"2\",\"attributes\":["
                        + attribute("gen_ai.tool.name", "t") + ',' + attributes
                        + attribute("gen_ai.tool.call.arguments", (CANARY + ' ').repeat(300)) + "]}]}]}]}";

        AuditEvent event = Requests.map(json).events().get(0);

        assertThat(event.metadata()).contains("\"arguments\":\"…\"").doesNotContain("ghp_");
    }

    private static String attribute(String key, String value) {
        return "{\"key\":\"" + key + "\",\"value\":{\"stringValue\":\"" + value + "\"}}";
    }

    private static Attributes.Builder tool() {
        return Attributes.builder().put("gen_ai.tool.name", "t");
    }

    private static AuditEvent event(Attributes.Builder attributes) {
        return Requests.span("svc", "n", attributes).events().get(0);
    }
}
