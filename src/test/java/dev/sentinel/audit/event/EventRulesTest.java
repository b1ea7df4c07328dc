package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.ID;
import static dev.sentinel.audit.event.EventSamples.decode;
import static dev.sentinel.audit.event.EventSamples.errors;
import static dev.sentinel.audit.event.EventSamples.event;
import static dev.sentinel.audit.event.EventSamples.json;
import static dev.sentinel.audit.event.EventSamples.valid;
import static dev.sentinel.audit.event.EventSamples.with;
import static dev.sentinel.audit.event.EventSamples.without;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRulesTest {

    @Test
    void decode_validEvent_hasEveryField() {
        assertThat(event(valid()))
                .isEqualTo(AuditEvent.builder()
                        .eventId(UUID.fromString(ID))
                        .timestamp(Instant.parse("2026-11-02T08:05:13.886Z"))
                        .agentInstanceId("agent-1")
                        .traceId("trace-1")
                        .actor(ActorType.AGENT)
                        .actionType(ActionType.TOOL_CALL)
                        .resource("search")
                        .status(EventStatus.SUCCESS)
                        .latencyMs(82)
                        .metadata("{\"model\":\"m\"}")
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_id", "agent_instance_id", "trace_id", "actor", "action_type", "resource", "status"})
    void decode_requiredFieldAbsent_isRequired(String name) {
        assertThat(errors(without(name))).containsExactly(new FieldError("/" + name, "is required"));
    }

    @Test
    void decode_optionalFieldsAbsent_takeDefaults() {
        Map<String, String> members = EventSamples.members();
        members.keySet().removeAll(List.of("timestamp", "latency_ms", "metadata"));

        AuditEvent event = event(json(members));

        assertThat(event.timestamp()).isNull();
        assertThat(event.latencyMs()).isNull();
        assertThat(event.metadata()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource({"latency_ms", "metadata"})
    void decode_nullWhereAllowed_isValid(String name) {
        assertThat(decode(with(name, "null"))).isInstanceOf(DecodedEvent.Valid.class);
    }

    @Test
    void decode_links_areKept() {
        assertThat(event(with("span_id", "\"a1.B:_-\"")).links()).isEqualTo(new Links("a1.B:_-", null, null, null));
        assertThat(event(with("parent_span_id", "\"p\"")).links()).isEqualTo(new Links(null, "p", null, null));
        assertThat(event(with("session_id", "\"s \u00e9\"")).links())
                .isEqualTo(new Links(null, null, "s \u00e9", null));
        assertThat(event(with("on_behalf_of", "\"ann\"")).links()).isEqualTo(new Links(null, null, null, "ann"));
        for (String name : List.of("span_id", "parent_span_id", "session_id", "on_behalf_of")) {
            assertThat(event(with(name, "null"))).as(name).isEqualTo(event(valid()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "span_id,'\"\"'",
        "span_id,'\"a b\"'",
        "span_id,'\"\u00e9\"'",
        "span_id,7",
        "span_id,'{\"a\":1}'",
        "parent_span_id,'\"a/b\"'",
        "parent_span_id,'\"\\u0000\"'",
        "session_id,'\"\"'",
        "session_id,'[\"a\"]'",
        "session_id,'\"a\\u0000\"'",
        "on_behalf_of,true"
    })
    void decode_linkOfWrongForm_isRefused(String name, String value) {
        assertThat(errors(with(name, value))).extracting(FieldError::pointer).containsExactly("/" + name);
    }

    @Test
    void decode_linkAtItsLimit_isValid() {
        assertThat(event(with("span_id", "\"" + "a".repeat(64) + "\"")).links().spanId())
                .hasSize(64);
        assertThat(errors(with("span_id", "\"" + "a".repeat(65) + "\""))).hasSize(1);
        assertThat(event(with("session_id", "\"" + "\u00e4".repeat(255) + "\""))
                        .links()
                        .sessionId())
                .hasSize(255);
        assertThat(errors(with("session_id", "\"" + "a".repeat(256) + "\""))).hasSize(1);
    }

    @Test
    void decode_secretInALink_isRefused() {
        String key = "\"sk-ant-api03-" + "aB3dE5gH7jK9".repeat(8) + "\"";
        assertThat(errors(with("on_behalf_of", key)))
                .extracting(FieldError::detail)
                .containsExactly(dev.sentinel.audit.model.EventLimits.ID_SECRET);
    }

    @Test
    void decode_emptyObject_namesEveryRequiredFieldInOrder() {
        assertThat(errors("{}"))
                .extracting(FieldError::pointer)
                .containsExactly(
                        "/event_id",
                        "/agent_instance_id",
                        "/trace_id",
                        "/actor",
                        "/action_type",
                        "/resource",
                        "/status");
    }

    @Test
    void decode_everyFieldInvalid_namesEachOnceInContractOrder() {
        assertThat(errors("{\"metadata\":[{}],\"latency_ms\":-1,\"status\":{\"a\":[1]},\"resource\":\"\",\"actor\":1,"
                        + "\"action_type\":\"TOOL_CALL\",\"trace_id\":true,\"agent_instance_id\":null,"
                        + "\"timestamp\":[],\"event_id\":\"x\"}"))
                .extracting(FieldError::pointer)
                .containsExactly(
                        "/event_id",
                        "/timestamp",
                        "/agent_instance_id",
                        "/trace_id",
                        "/actor",
                        "/action_type",
                        "/resource",
                        "/status",
                        "/latency_ms",
                        "/metadata");
    }

    @Test
    void decode_unknownFieldsOfAnyShape_areIgnored() {
        assertThat(event(
                        valid().replaceFirst("\\{", "{\"seq\":{},\"received_at\":[[{\"a\":[]}]],\"x\":1e999,\"x\":2,")))
                .isEqualTo(event(valid()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_id", "timestamp", "actor", "latency_ms", "metadata"})
    void decode_knownFieldTwice_isRefused(String name) {
        String value = EventSamples.members().get(name);

        assertThat(errors(valid().replaceFirst("\\{", "{\"" + name + "\":" + value + ",")))
                .containsExactly(new FieldError("/" + name, "is given twice"));
    }

    @Test
    void decode_fieldNameWithEscapes_isSameField() {
        assertThat(event(valid().replace("\"trace_id\"", "\"\\u0074race_id\""))).isEqualTo(event(valid()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"0f8fad5bd9cb469fa16570867728950e\"",
                "\"{0f8fad5b-d9cb-469f-a165-70867728950e}\"",
                "\"0f8fad5b-d9cb-469f-a165-70867728950g\"",
                "\"0f8fad5b-d9cb-469f-a165-7086772895\"",
                "\"0f8fad5b-d9cb-469f-a165-70867728950e0\"",
                "\"f8fad5b-d9cb-469f-a165-70867728950e0\"",
                "\"+f8fad5b-d9cb-469f-a165-70867728950e\"",
                "\"0f8fad5b-d9cb-469f-a165-7086772895\u0665e\"",
                "\"\"",
                "null",
                "7",
                "{}"
            })
    void decode_eventIdNotCanonical_isRefused(String value) {
        assertThat(errors(with("event_id", value)))
                .extracting(FieldError::pointer)
                .containsExactly("/event_id");
    }

    @Test
    void decode_eventIdInUpperCase_isSameId() {
        assertThat(event(with("event_id", "\"" + ID.toUpperCase(Locale.ROOT) + "\"")))
                .isEqualTo(event(valid()));
    }

    @Test
    void decode_invalidWithReadableId_reportsIdInLowerCase() {
        DecodedEvent decoded = decode(
                with("event_id", "\"" + ID.toUpperCase(Locale.ROOT) + "\"").replace("\"agent\"", "1"));

        assertThat(((DecodedEvent.Invalid) decoded).eventId()).isEqualTo(ID);
    }

    @Test
    void decode_invalidAfterEventWithId_reportsNoId() {
        DecodedBody body = new EventReader(2, RedactionRules.full(), secret -> {})
                .readJson(EventSamples.utf8("[" + valid() + ",{}]"), null);

        assertThat(((DecodedEvent.Invalid) body.events().get(1)).eventId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "1", "[\"a\"]", "{\"a\":1}", "true"})
    void decode_textOfWrongKind_isRefused(String value) {
        assertThat(errors(with("trace_id", value)))
                .containsExactly(new FieldError("/trace_id", "must be a string of 1 to 255 characters"));
    }

    @ParameterizedTest
    @CsvSource({"agent_instance_id,255,a", "trace_id,255,ä", "resource,1024,\uD83D\uDE00", "trace_id,255,\\uD83D\\uDE00"
    })
    void decode_textOfMaximumLength_isValid(String name, int length, String character) {
        assertThat(decode(with(name, "\"" + character.repeat(length) + "\""))).isInstanceOf(DecodedEvent.Valid.class);
    }

    @ParameterizedTest
    @CsvSource({"agent_instance_id,256,a", "trace_id,256,ä", "resource,1025,\uD83D\uDE00", "resource,100000,a"})
    void decode_textTooLong_isRefused(String name, int length, String character) {
        assertThat(errors(with(name, "\"" + character.repeat(length) + "\"")))
                .extracting(FieldError::pointer)
                .containsExactly("/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000", "\\uD800", "\\uDC00\\uD800", "\\uD83Dx"})
    void decode_textThatCannotBeStored_isRefused(String text) {
        assertThat(errors(with("resource", "\"" + text + "\"")))
                .containsExactly(new FieldError("/resource", "must not contain NUL characters or unpaired surrogates"));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "1,1", "2147483647,2147483647"})
    void decode_latencyInRange_isValid(String value, int expected) {
        assertThat(event(with("latency_ms", value)).latencyMs()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "2147483648",
                "9223372036854775808",
                "1e3",
                "5.0",
                "\"5\"",
                "[]",
                "{}",
                "true",
                "-99999999999999999999999999999999"
            })
    void decode_latencyOutOfRange_isRefused(String value) {
        assertThat(errors(with("latency_ms", value)))
                .containsExactly(new FieldError("/latency_ms", "must be an integer from 0 to 2147483647, or null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2026-13-01T00:00:00Z\"", "\"\"", "null", "1700000000", "{}"})
    void decode_invalidTimestamp_isRefused(String value) {
        assertThat(errors(with("timestamp", value)))
                .extracting(FieldError::pointer)
                .containsExactly("/timestamp");
    }

    @ParameterizedTest
    @CsvSource({"actor,Agent", "actor,''", "action_type,tool-call", "status,ok", "status,success\\u0000"})
    void decode_unknownConstant_isRefused(String name, String value) {
        assertThat(errors(with(name, "\"" + value + "\""))).singleElement().satisfies(error -> {
            assertThat(error.pointer()).isEqualTo("/" + name);
            assertThat(error.detail()).startsWith("must be one of ");
        });
    }
}
