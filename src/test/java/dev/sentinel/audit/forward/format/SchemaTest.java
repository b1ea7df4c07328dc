package dev.sentinel.audit.forward.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Whether what is written is what the published definitions of OCSF and CloudEvents allow. */
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "https://audit.example.com/log";
    private static final JsonSchema OCSF_1_8 = schema("ocsf-1.8.0.json");
    private static final JsonSchema OCSF_1_9 = schema("ocsf-1.9.0.json");
    private static final JsonSchema CLOUD_EVENTS = schema("cloudevents.json");

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void ocsf18_anyEvent_isValid(@ForAll long seed) throws IOException {
        for (JsonNode event : json(BatchFormat.ocsf(SOURCE, OcsfVersion.V1_8), SampleBatches.random(seed, 0, 5))) {
            assertThat(OCSF_1_8.validate(event)).as(event.toString()).isEmpty();
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void ocsf19_anyEvent_isValid(@ForAll long seed) throws IOException {
        for (JsonNode event : json(BatchFormat.ocsf(SOURCE, OcsfVersion.V1_9), SampleBatches.random(seed, 0, 5))) {
            assertThat(OCSF_1_9.validate(event)).as(event.toString()).isEmpty();
        }
    }

    @Test
    void ocsfSchema_whatIsNotDefined_isInvalid() throws IOException {
        ObjectNode event = (ObjectNode) json(BatchFormat.ocsf(SOURCE, OcsfVersion.V1_8), SampleBatches.usual(0, 1))
                .get(0);

        assertThat(OCSF_1_8.validate(event.deepCopy().put("activity_id", 5))).isNotEmpty();
        assertThat(OCSF_1_8.validate(event.deepCopy().put("latency_ms", 5))).isNotEmpty();
        assertThat(OCSF_1_8.validate(event.deepCopy().without("actor"))).isNotEmpty();
        assertThat(OCSF_1_8.validate(event.deepCopy().set("src_endpoint", JSON.createObjectNode())))
                .isNotEmpty();
    }

    @Test
    void ocsf_denied_isAFailureThatWasBlocked() throws IOException {
        Batch batch = SampleBatches.of(
                0, SampleBatches.event().status(EventStatus.DENIED).build());

        JsonNode event = json(BatchFormat.ocsf(SOURCE, OcsfVersion.V1_8), batch).get(0);

        assertThat(event.path("status_id").asInt()).isEqualTo(2);
        assertThat(event.path("status_code").asText()).isEqualTo("denied");
        assertThat(event.path("action_id").asInt()).isEqualTo(2);
        assertThat(event.path("disposition").asText()).isEqualTo("Blocked");
        assertThat(event.path("type_uid").asInt()).isEqualTo(600_399);
    }

    @Test
    void ocsf19_attestation_isTheLeafHashOfTheLog() throws IOException {
        Batch batch = SampleBatches.usual(7, 1);
        StoredEvent stored = batch.events().get(0);

        JsonNode event = json(BatchFormat.ocsf(SOURCE, OcsfVersion.V1_9), batch).get(0);

        LeafHash hash = new Leaf().hash(stored);
        assertThat(event.at("/attestation_list/0/fingerprint/value").asText()).isEqualTo(hash.hex());
        assertThat(event.at("/unmapped/seal"))
                .isEqualTo(JSON.readTree(stored.seal().toJson()));
        assertThat(event.at("/ai_agent/instance_uid").asText())
                .isEqualTo(stored.event().agentInstanceId());
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void cloudEvents_anyBatch_isValid(@ForAll long seed) throws IOException {
        JsonNode batch = json(BatchFormat.cloudEvents(SOURCE), SampleBatches.random(seed, 0, 5));

        assertThat(CLOUD_EVENTS.validate(batch)).as(batch.toString()).isEmpty();
    }

    private static JsonNode json(BatchFormat format, Batch batch) throws IOException {
        return JSON.readTree(new String(format.bytes(batch), UTF_8));
    }

    private static JsonSchema schema(String name) {
        try (InputStream in = Objects.requireNonNull(SchemaTest.class.getResourceAsStream(name), name)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(
                            in,
                            SchemaValidatorsConfig.builder()
                                    .formatAssertionsEnabled(true)
                                    .build());
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
