package dev.sentinel.audit.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.redact.RedactionRules;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a message. */
final class CloudEventReaderTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final RedactionRules RULES = RedactionRules.full();
    private static final Sender NOBODY = new Sender(null, null);

    private final CloudEventReader reader = new CloudEventReader(3, RULES, kind -> {});

    private static JsonObject message() {
        return new JsonObject()
                .put("specversion", "1.0")
                .put("id", "A234-1234-1234")
                .put("source", "/shop/orders")
                .put("type", "com.example.order.paid");
    }

    private static JsonObject ours() {
        return message()
                .put("type", "dev.sentinel.audit.event.v1")
                .put(
                        "data",
                        new JsonObject()
                                .put("actor", "human")
                                .put("action_type", "db_query")
                                .put("resource", "orders")
                                .put("status", "denied"));
    }

    @Test
    void foreign_requiredAttributesOnly_areTheEvent() {
        AuditEvent event = valid(message());

        // SHA-256 of "sentinel-cloudevents-1 ce /shop/orders A234-1234-1234" with NUL for the blanks.
        assertThat(event.eventId()).hasToString("fb5b9f5d-e158-8d1b-9e4e-e297d8eec8ef");
        assertThat(event.timestamp()).isNull();
        assertThat(event.agentInstanceId()).isEqualTo("/shop/orders");
        assertThat(event.traceId()).isEqualTo("A234-1234-1234");
        assertThat(event.actor()).isEqualTo(ActorType.AGENT);
        assertThat(event.actionType()).isEqualTo(ActionType.API_CALL);
        assertThat(event.resource()).isEqualTo("com.example.order.paid");
        assertThat(event.status()).isEqualTo(EventStatus.SUCCESS);
        assertThat(event.metadata())
                .isEqualTo("{\"cloudevent\":{\"id\":\"A234-1234-1234\",\"source\":\"/shop/orders\","
                        + "\"type\":\"com.example.order.paid\"}}");
    }

    @Test
    void foreign_everyAttribute_isKept() {
        AuditEvent event = valid(message()
                .put("time", "2026-11-02T08:05:13.886123456+02:00")
                .put("subject", "order-7")
                .put("dataschema", "https://example.com/paid.json")
                .put("datacontenttype", "application/json; charset=utf-8")
                .put("sequence", 17)
                .put("sampled", true)
                .put("odd", new JsonObject().put("a", 1))
                .put("absent", null)
                .put("data", new JsonObject().put("amount", 12.50)));

        assertThat(event.timestamp()).isEqualTo(Instant.parse("2026-11-02T06:05:13.886123Z"));
        assertThat(event.resource()).isEqualTo("order-7");
        assertThat(event.traceId()).isEqualTo("order-7");
        assertThat(event.metadata()).isEqualTo("""
                {"cloudevent":{"dataschema":"https://example.com/paid.json","id":"A234-1234-1234",\
                "odd":"{\\"a\\":1}","sampled":"true","sequence":"17","source":"/shop/orders","subject":"order-7",\
                "type":"com.example.order.paid"},"data":{"amount":12.5}}""");
    }

    @Test
    void foreign_traceparent_isTraceAndParent() {
        AuditEvent event = valid(message()
                .put("subject", "order-7")
                .put("traceparent", "00-" + TRACE + '-' + SPAN + "-01")
                .put("tracestate", "a=b"));

        assertThat(event.traceId()).isEqualTo(TRACE);
        assertThat(event.links().parentSpanId()).isEqualTo(SPAN);
        assertThat(event.metadata()).contains("\"tracestate\":\"a=b\"").doesNotContain("traceparent");
    }

    @Test
    void foreign_invalidTraceparent_isKeptAsItIs() {
        AuditEvent event = valid(message().put("traceparent", "00-zz"));

        assertThat(event.traceId()).isEqualTo("A234-1234-1234");
        assertThat(event.metadata()).contains("\"traceparent\":\"00-zz\"");
    }

    @Test
    void foreign_correlation_isTheTrace() {
        assertThat(valid(message().put("correlationid", "job-1").put("subject", "s"))
                        .traceId())
                .isEqualTo("job-1");
    }

    @ParameterizedTest
    @CsvSource({
        "user, human",
        "app_user, human",
        "system, system",
        "service_account, system",
        "unauthenticated, agent",
        "unknown, agent"
    })
    void foreign_authType_isTheActor(String type, String actor) {
        assertThat(valid(message().put("authtype", type)).actor().wireName()).isEqualTo(actor);
    }

    @Test
    void foreign_authId_isWhomItActsForUnlessAnAddress() {
        assertThat(valid(message().put("authid", "user-42")).links().onBehalfOf())
                .isEqualTo("user-42");
        assertThat(valid(message().put("authid", "a@example.com")).links().onBehalfOf())
                .isNull();
    }

    @Test
    void foreign_membersOfOurs_areTaken() {
        AuditEvent event = valid(message()
                .put(
                        "data",
                        new JsonObject()
                                .put("agent_instance_id", "billing-7")
                                .put("trace_id", "run-1")
                                .put("actor", "system")
                                .put("action_type", "tool_call")
                                .put("resource", "refund")
                                .put("status", "error")
                                .put("latency_ms", 12)
                                .put("span_id", "s1")
                                .put("parent_span_id", "s0")
                                .put("session_id", "c1")
                                .put("on_behalf_of", "u1")));

        assertThat(event.agentInstanceId()).isEqualTo("billing-7");
        assertThat(event.traceId()).isEqualTo("run-1");
        assertThat(event.actor()).isEqualTo(ActorType.SYSTEM);
        assertThat(event.actionType()).isEqualTo(ActionType.TOOL_CALL);
        assertThat(event.resource()).isEqualTo("refund");
        assertThat(event.status()).isEqualTo(EventStatus.ERROR);
        assertThat(event.latencyMs()).isEqualTo(12);
        assertThat(event.links().spanId()).isEqualTo("s1");
        assertThat(event.links().parentSpanId()).isEqualTo("s0");
        assertThat(event.links().sessionId()).isEqualTo("c1");
        assertThat(event.links().onBehalfOf()).isEqualTo("u1");
    }

    /** A producer that knows nothing of our events may use their names for other things. */
    @Test
    void foreign_namesOfOursWithOtherValues_arePlainData() {
        JsonObject data = new JsonObject()
                .put("event_id", "7d444840-9dc0-4bd1-b245-5ffdce74fad2")
                .put("status", "Running")
                .put("resource", new JsonObject().put("kind", "Pod"))
                .put("actor", 7)
                .put("latency_ms", -1)
                .put("trace_id", "")
                .put("timestamp", "yesterday");
        AuditEvent event = valid(message().put("data", data));

        assertThat(event.eventId()).isEqualTo(valid(message()).eventId());
        assertThat(event.status()).isEqualTo(EventStatus.SUCCESS);
        assertThat(event.resource()).isEqualTo("com.example.order.paid");
        assertThat(event.latencyMs()).isNull();
        assertThat(new JsonObject(event.metadata()).getJsonObject("data")).isEqualTo(data);
    }

    @Test
    void foreign_longSource_isCutAndStaysDistinct() {
        AuditEvent one = valid(message().put("source", "/s".repeat(200) + 'x'));
        AuditEvent other = valid(message().put("source", "/s".repeat(200) + 'y'));

        assertThat(one.agentInstanceId()).hasSize(255).isNotEqualTo(other.agentInstanceId());
    }

    @Test
    void header_agent_isTheAgentUnlessDataNamesOne() {
        Sender sender = new Sender("edge-1", "k1");

        assertThat(valid(structured(message(), sender)).agentInstanceId()).isEqualTo("edge-1");
        assertThat(valid(structured(message(), sender)).submittedBy()).isEqualTo("k1");
        assertThat(valid(structured(message().put("data", new JsonObject().put("agent_instance_id", "a")), sender))
                        .agentInstanceId())
                .isEqualTo("a");
    }

    @Test
    void ours_completeEvent_isThatEvent() {
        UUID id = UUID.randomUUID();
        JsonObject message = ours().put("time", "2026-01-01T00:00:00Z");
        message.getJsonObject("data")
                .put("event_id", id.toString())
                .put("timestamp", "2026-11-02T08:05:13Z")
                .put("agent_instance_id", "billing-7")
                .put("trace_id", "run-1")
                .put("metadata", new JsonObject().put("rows", 3))
                .put("other", "ignored");
        AuditEvent event = valid(message);

        assertThat(event.eventId()).isEqualTo(id);
        assertThat(event.timestamp()).isEqualTo(Instant.parse("2026-11-02T08:05:13Z"));
        assertThat(event.agentInstanceId()).isEqualTo("billing-7");
        assertThat(event.traceId()).isEqualTo("run-1");
        assertThat(event.status()).isEqualTo(EventStatus.DENIED);
        assertThat(event.metadata()).isEqualTo("{\"rows\":3}");
    }

    @Test
    void ours_identityAbsent_comesFromTheAttributes() {
        AuditEvent event = valid(
                ours().put("time", "2026-01-01T00:00:00Z").put("traceparent", "00-" + TRACE + '-' + SPAN + "-01"));

        assertThat(event.eventId()).isEqualTo(valid(message()).eventId());
        assertThat(event.timestamp()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(event.agentInstanceId()).isEqualTo("/shop/orders");
        assertThat(event.traceId()).isEqualTo(TRACE);
        assertThat(event.links().parentSpanId()).isEqualTo(SPAN);
        assertThat(event.metadata()).isEqualTo("{}");
    }

    @Test
    void ours_defects_areNamedWhereTheyWereSent() {
        JsonObject message = ours().put("time", "noon");
        message.getJsonObject("data").put("status", "ok").remove("actor");

        assertThat(errors(message))
                .extracting(FieldError::pointer)
                .containsExactly("/time", "/data/actor", "/data/status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "null", "7"})
    void ours_dataNoObject_isRefused(String data) {
        String body = ours().encode().replaceFirst("\"data\":\\{.*}}", "\"data\":" + data + '}');

        assertThat(errors(decode(body))).extracting(FieldError::pointer).containsExactly("/data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "type", "specversion"})
    void required_absentEmptyOrNoText_isRefused(String name) {
        JsonObject absent = message();
        absent.remove(name);

        assertThat(errors(absent)).containsExactly(new FieldError('/' + name, "is required"));
        assertThat(errors(message().put(name, "")))
                .containsExactly(new FieldError('/' + name, "must be a string that is not empty"));
        assertThat(errors(message().put(name, 1)))
                .containsExactly(new FieldError('/' + name, "must be a string that is not empty"));
    }

    @Test
    void specversion_other_isRefused() {
        assertThat(errors(message().put("specversion", "0.3")))
                .containsExactly(new FieldError("/specversion", "must be \"1.0\""));
    }

    @Test
    void attribute_twice_isRefused() {
        assertThat(errors(decode(message().encode().replace("{", "{\"id\":\"b\","))))
                .containsExactly(new FieldError("/id", "is given twice"));
    }

    @Test
    void attributes_tooMany_areRefusedAndNotCollected() {
        JsonObject message = message();
        for (int i = 0; i < 1000; i++) {
            message.put("x" + i, i);
        }

        assertThat(errors(message)).containsExactly(new FieldError("", "must not have more than 128 attributes"));
    }

    /** A hash of a secret would let it be guessed. */
    @ParameterizedTest
    @ValueSource(strings = {"id", "source"})
    void identity_withSecret_isRefused(String name) {
        assertThat(errors(message().put(name, "ghp_16C7e42F292c6912E7710c838347Ae178B4a")))
                .extracting(FieldError::pointer)
                .containsExactly('/' + name);
    }

    @Test
    void subject_withSecret_isRedactedAndNoTrace() {
        AuditEvent event = valid(message().put("subject", "postgres://app:tR0ub4dor@db/x"));

        assertThat(event.traceId()).isEqualTo("A234-1234-1234");
        assertThat(event.resource()).doesNotContain("tR0ub4dor");
        assertThat(event.metadata()).doesNotContain("tR0ub4dor");
    }

    @Test
    void data_tooLarge_isNamed() {
        assertThat(errors(message().put("data", "x".repeat(70_000))))
                .containsExactly(new FieldError("/data", "must be at most 65,536 bytes of JSON"));
    }

    @Test
    void data_tooDeep_isNamed() {
        String data = "[".repeat(5_000) + "]".repeat(5_000);

        assertThat(errors(decode(message().encode().replaceFirst("}$", ",\"data\":" + data + '}'))))
                .extracting(FieldError::pointer)
                .containsExactly("/data");
    }

    @Test
    void dataBase64_text_isRedactedAsText() {
        String text = "Authorization: Bearer tR0ub4dor9tR0ub4dor";
        AuditEvent event = valid(message().put("data_base64", base64(text)).put("datacontenttype", "text/plain"));

        assertThat(event.metadata()).contains("\"data\":\"Authorization: Bearer [REDACTED]\"");
    }

    @Test
    void dataBase64_json_isTheValue() {
        assertThat(valid(message()
                                .put("data_base64", base64("{\"a\": 1.00}"))
                                .put("datacontenttype", "application/x+json"))
                        .metadata())
                .contains("\"data\":{\"a\":1.00}");
    }

    @Test
    void dataBase64_neitherTextNorJson_leavesSizeAndHash() {
        String bytes = Base64.getEncoder().encodeToString(new byte[] {(byte) 0xFF, 0, 1});

        assertThat(valid(message().put("data_base64", bytes)).metadata())
                .contains("\"data\":{\"bytes\":3,\"sha256\":\"");
    }

    @Test
    void dataBase64_besideDataOrMalformed_isRefused() {
        assertThat(errors(message().put("data_base64", "AA==").put("data", 1)))
                .extracting(FieldError::pointer)
                .containsExactly("/data_base64");
        assertThat(errors(message().put("data_base64", "A*")))
                .extracting(FieldError::pointer)
                .containsExactly("/data_base64");
    }

    @Test
    void binary_fields_areTheAttributes() {
        DecodedEvent event = binary(
                Map.of(
                        "CE-Id", "A234-1234-1234",
                        "ce-source", "/shop/orders",
                        "ce-specversion", "1.0",
                        "ce-type", "com.example.order.paid",
                        "ce-subject", "\"Euro %E2%82%AC 5%25 \\\"now\\\"\"",
                        "Content-Type", "application/json"),
                "{\"amount\":1}");

        assertThat(valid(event).resource()).isEqualTo("Euro € 5% \"now\"");
        assertThat(valid(event).metadata()).contains("\"data\":{\"amount\":1}").doesNotContain("datacontenttype");
    }

    /** The client for JavaScript encodes nothing. */
    @Test
    void binary_fieldThatIsNotEncoded_isReadAsItIs() {
        Map<String, String> fields = Map.of(
                "ce-id", "1", "ce-source", "s", "ce-specversion", "1.0", "ce-type", "t", "ce-subject", "für 100%");

        assertThat(valid(binary(fields, "")).resource()).isEqualTo("für 100%");
    }

    @Test
    void binary_fieldThatIsNoUtf8_isRefused() {
        DecodedEvent event =
                binary(Map.of("ce-id", "%FF", "ce-source", "s", "ce-specversion", "1.0", "ce-type", "t"), "");

        assertThat(errors(event)).containsExactly(new FieldError("/id", "must be percent-encoded UTF-8"));
    }

    @Test
    void binary_bodyThatShouldBeJson_failsAsAWhole() {
        assertThatThrownBy(() -> binary(Map.of("ce-id", "1"), "{")).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void batch_oneBad_othersAreEvents() {
        String body =
                "[" + message().encode() + ",7," + message().put("id", "b").encode() + "]";
        List<DecodedEvent> events =
                reader.readBatch(body.getBytes(UTF_8), NOBODY, 3).events();

        assertThat(events.get(0)).isInstanceOf(DecodedEvent.Valid.class);
        assertThat(events.get(1)).isInstanceOf(DecodedEvent.Invalid.class);
        assertThat(events.get(2)).isInstanceOf(DecodedEvent.Valid.class);
    }

    @Test
    void batch_tooMany_stops() {
        byte[] body = ("[1,2,3,4" + ",".repeat(100)).getBytes(UTF_8);

        assertThatThrownBy(() -> reader.readBatch(body, NOBODY, 9)).isInstanceOf(TooManyEventsException.class);
    }

    @Test
    void batch_noArray_isRefused() {
        assertThat(errors(reader.readBatch("{}".getBytes(UTF_8), NOBODY, 9)
                        .events()
                        .get(0)))
                .containsExactly(new FieldError("", "must be a JSON array of CloudEvents"));
    }

    /** A route may change the mode of a message; it stays the same event. */
    @Test
    void modes_generatedMessages_giveEqualEvents() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            Map<String, String> attributes = GeneratedMessages.attributes(random);
            String data = GeneratedMessages.data(random);
            AuditEvent structured = valid(structured(GeneratedMessages.structured(attributes, data, random), NOBODY));
            AuditEvent binary = valid(binary(GeneratedMessages.fields(attributes, random), data));

            assertThat(same(structured, binary)).as(attributes + " " + data).isTrue();
        }
    }

    /** Whatever is sent, there is an answer for it, and an event is one that a client could have sent. */
    @Test
    void structured_damagedMessages_neverThrowAnythingElse() {
        Random random = new Random(11);
        List<String> surprises = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String body = GeneratedMessages.damaged(random);
            try {
                reader.readStructured(body.getBytes(UTF_8), NOBODY);
            } catch (MalformedJsonException expected) {
                // The body is no JSON.
            } catch (RuntimeException e) {
                surprises.add(body + ": " + e);
            }
        }

        assertThat(surprises).isEmpty();
    }

    private static boolean same(AuditEvent sent, AuditEvent stored) {
        return new EventContent(RULES).same(sent, new StoredEvent(0, Instant.EPOCH, stored, Seals.any(stored)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private DecodedEvent structured(JsonObject message, Sender sender) {
        return reader.readStructured(message.encode().getBytes(UTF_8), sender)
                .events()
                .get(0);
    }

    private DecodedEvent structured(String message, Sender sender) {
        return reader.readStructured(message.getBytes(UTF_8), sender).events().get(0);
    }

    private DecodedEvent decode(String message) {
        return structured(message, NOBODY);
    }

    private DecodedEvent binary(Map<String, String> fields, String body) {
        return reader.readBinary(fields.entrySet(), body.getBytes(UTF_8), NOBODY)
                .events()
                .get(0);
    }

    private AuditEvent valid(JsonObject message) {
        return valid(structured(message, NOBODY));
    }

    private static AuditEvent valid(DecodedEvent decoded) {
        assertThat(decoded).isInstanceOf(DecodedEvent.Valid.class);
        return ((DecodedEvent.Valid) decoded).event();
    }

    private List<FieldError> errors(JsonObject message) {
        return errors(structured(message, NOBODY));
    }

    private static List<FieldError> errors(DecodedEvent decoded) {
        assertThat(decoded).isInstanceOf(DecodedEvent.Invalid.class);
        return ((DecodedEvent.Invalid) decoded).errors();
    }
}
