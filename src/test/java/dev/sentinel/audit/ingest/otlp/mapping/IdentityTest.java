package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import org.junit.jupiter.api.Test;

/** Nothing is derived from a secret: what stands behind it in the order of precedence counts. */
final class IdentityTest {
    /** Has the shape of a token of GitHub. */
    private static final String CANARY = "ghp_" + "a1B2c3D4e5F6".repeat(3);

    @Test
    void agent_secret_isTheNextInOrder() {
        AuditEvent event = event(
                "svc",
                tool().put("sentinel.agent_instance_id", CANARY)
                        .put("gen_ai.agent.id", CANARY)
                        .put("gen_ai.agent.name", "forecaster"));

        assertThat(event.agentInstanceId()).isEqualTo("svc/forecaster");
    }

    @Test
    void agent_secretService_isUnknown() {
        AuditEvent event = event(CANARY, tool());

        assertThat(event.agentInstanceId()).isEqualTo("unknown_service");
    }

    /** The first twelve characters of a token do not look like one. */
    @Test
    void agent_beginningOfSecret_isNotTaken() {
        String json = Requests.fixture("claude-code-logs.json")
                .replaceAll("(\"user.id\",\"value\":\\{\"stringValue\":\")[^\"]*", "$1" + CANARY);

        assertThat(json).contains(CANARY);
        assertThat(Requests.map(json).events())
                .extracting(AuditEvent::agentInstanceId)
                .containsOnly("claude-code");
    }

    @Test
    void session_secret_isTheNextInOrderAndRedactedWhereItStands() {
        AuditEvent event =
                event("svc", tool().put("gen_ai.conversation.id", CANARY).put("session.id", "s-2"));

        assertThat(event.links().sessionId()).isEqualTo("s-2");
        assertThat(event.metadata()).contains("\"gen_ai.conversation.id\":\"[REDACTED]\"");
    }

    @Test
    void onBehalfOf_secret_isNull() {
        AuditEvent event = event("svc", tool().put("user.id", CANARY));

        assertThat(event.links().onBehalfOf()).isNull();
        assertThat(event.metadata()).contains("\"user.id\":\"[REDACTED]\"");
    }

    private static Attributes.Builder tool() {
        return Attributes.builder().put("gen_ai.tool.name", "t");
    }

    private static AuditEvent event(String service, Attributes.Builder attributes) {
        return Requests.span(service, "n", attributes).events().get(0);
    }
}
