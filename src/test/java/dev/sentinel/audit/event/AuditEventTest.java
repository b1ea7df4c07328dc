package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.event;
import static dev.sentinel.audit.event.EventSamples.utf8;
import static dev.sentinel.audit.event.EventSamples.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.sentinel.audit.redact.RedactionRules;
import org.junit.jupiter.api.Test;

class AuditEventTest {
    private final AuditEvent full = event(valid()).toBuilder()
            .redacted("{\"rules\":\"1-full\",\"count\":1,\"pointers\":[\"/resource\"]}")
            .submittedBy("k7f3")
            .build();

    @Test
    void toBuilder_everyMemberIsSet_copiesAllOfThem() {
        assertThat(full).hasNoNullFieldsOrProperties();
        assertThat(full.toBuilder().build()).isEqualTo(full);
    }

    @Test
    void build_requiredMemberIsMissing_namesIt() {
        assertThatNullPointerException()
                .isThrownBy(() -> full.toBuilder().traceId(null).build())
                .withMessage("traceId");
    }

    /** A decoder has one builder for all its events. */
    @Test
    void decode_eventsBehindEachOther_shareNothing() {
        String secret = EventSamples.with("resource", "\"password=hunter2hunter2\"");
        String least = "{\"event_id\":\"0f8fad5b-d9cb-469f-a165-70867728950f\",\"agent_instance_id\":\"a\","
                + "\"trace_id\":\"t\",\"actor\":\"agent\",\"action_type\":\"tool_call\",\"resource\":\"r\","
                + "\"status\":\"success\"}";
        EventReader reader = new EventReader(10, RedactionRules.full(), kind -> {});

        AuditEvent second = ((DecodedEvent.Valid) reader.readJson(utf8("[" + secret + "," + least + "]"), "k7f3")
                        .events()
                        .get(1))
                .event();

        assertThat(second)
                .isEqualTo(event(least).toBuilder().submittedBy("k7f3").build());
        assertThat(second.timestamp()).isNull();
        assertThat(second.latencyMs()).isNull();
        assertThat(second.metadata()).isEqualTo("{}");
        assertThat(second.redacted()).isNull();
    }
}
