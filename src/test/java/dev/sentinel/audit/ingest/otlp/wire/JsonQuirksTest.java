package dev.sentinel.audit.ingest.otlp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What senders write that is not the JSON of OTLP, or that is and surprises. */
final class JsonQuirksTest {
    private static final String TRACE = "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a";
    private static final String IDS = "\"traceId\":\"" + TRACE + "\",\"spanId\":\"a1b2c3d4e5f60718\"";

    @Test
    void ids_upperCase_areLowered() throws Exception {
        Span span = span("\"traceId\":\"7C9E1F0B4A5D4C3E8F2A6B1D0E9C8F7A\",\"spanId\":\"A1B2C3D4E5F60718\"");

        assertThat(span.traceId()).isEqualTo(TRACE);
        assertThat(span.spanId()).isEqualTo("a1b2c3d4e5f60718");
    }

    @ParameterizedTest
    @CsvSource({
        "traceId, fJ4fC0pdTD6PKmsdDpyPeg==, the trace id is a base64 id, ' not hex'",
        "traceId, fJ4fC0pdTD6PKmsdDpyPeg, the trace id is a base64 id, ' not hex'",
        "spanId, obLD1OX2Bxg=, the span id is a base64 id, ' not hex'",
        "parentSpanId, obLD1OX2Bxg=, the parent span id is a base64 id, ' not hex'",
        "spanId, a1b2c3, the span id is not 16 hexadecimal digits, ''",
        "traceId, zz9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a, the trace id is not 32 hexadecimal digits, ''"
    })
    void id_notHex_costsOnlyItsRecord(String member, String id, String reason, String rest) throws Exception {
        Recorded recorded =
                Recorded.spansOfJson(request("{" + IDS + ",\"" + member + "\":\"" + id + "\"},{" + IDS + "}"));

        assertThat(recorded.unreadable).containsExactly(reason + (rest.isEmpty() ? "" : "," + rest));
        assertThat(recorded.spans).hasSize(1);
    }

    @Test
    void id_allZero_isNone() throws Exception {
        Recorded recorded = Recorded.logsOfJson(log("\"traceId\":\"" + "0".repeat(32) + "\",\"spanId\":\"\""));

        assertThat(recorded.logs.get(0).traceId()).isEmpty();
        assertThat(recorded.unreadable).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "41, 41",
        "'\"41\"', 41",
        "-7, -7",
        "4.1e1, 41",
        "41.0, 41",
        "9223372036854775807, 9223372036854775807",
        "'\"9223372036854775807\"', 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void intValue_numberOrString_isExact(String written, long expected) throws Exception {
        assertThat(attribute("{\"intValue\":" + written + "}")).isEqualTo(new Whole(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "1e999999999", "-1e99", "1.5", "\"x\"", "{}", "[]"})
    void intValue_noInteger_losesOnlyTheAttribute(String written) throws Exception {
        Span span = span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":" + written
                + "}},{\"key\":\"b\",\"value\":{\"intValue\":1}}]");

        assertThat(span.attributes().keys()).containsExactly("b");
        assertThat(span.attributes().malformed()).isEqualTo(1);
        assertThat(span.dropped()).isEqualTo(1);
    }

    @Test
    void intValue_ofAMillionDigits_losesOnlyTheAttribute() throws Exception {
        assertThat(span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":" + "9".repeat(1_000_000)
                                + "}}]")
                        .attributes()
                        .malformed())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "1795392000120000001, 1795392000120000001",
        "'\"1795392000120000001\"', 1795392000120000001",
        "18446744073709551615, -1",
        "'\"18446744073709551615\"', -1",
        "18446744073709551616, 0",
        "-1, 0",
        "null, 0",
        "{}, 0"
    })
    void nanoseconds_of64Bits_areExact(String written, long expected) throws Exception {
        assertThat(span(IDS + ",\"startTimeUnixNano\":" + written).startNanos()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "'\"3\"', 3",
        "'\"SPAN_KIND_CLIENT\"', 3",
        "'\"client\"', 3",
        "null, 0",
        "'\"SPAN_KIND_OTHER\"', 0"
    })
    void kind_numberOrName_isRead(String written, int expected) throws Exception {
        assertThat(span(IDS + ",\"kind\":" + written).kind()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "'\"STATUS_CODE_ERROR\"', 2", "'\"STATUS_CODE_OK\"', 1", "null, 0"})
    void status_numberOrName_isRead(String written, int expected) throws Exception {
        assertThat(span(IDS + ",\"status\":{\"code\":" + written + "}").statusCode())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"9, 9", "'\"SEVERITY_NUMBER_INFO\"', 9", "'\"SEVERITY_NUMBER_FATAL4\"', 24", "'\"LOUD\"', 0"})
    void severity_numberOrName_isRead(String written, int expected) throws Exception {
        assertThat(Recorded.logsOfJson(log("\"severityNumber\":" + written))
                        .logs
                        .get(0)
                        .severityNumber())
                .isEqualTo(expected);
    }

    @Test
    void members_null_areDefaults() throws Exception {
        Recorded recorded = Recorded.logsOfJson(log("\"body\":null,\"attributes\":null,\"traceId\":null,"
                + "\"eventName\":null,\"timeUnixNano\":null,\"severityNumber\":null"));

        assertThat(recorded.logs)
                .containsExactly(new LogRecord(0, 0, 0, "", Empty.EMPTY, Attributes.NONE, "", "", "", 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"key\":\"a\"}", "{\"key\":\"a\",\"value\":null}", "{\"key\":\"a\",\"value\":{}}"})
    void attribute_withoutValue_isEmpty(String written) throws Exception {
        Span span = span(IDS + ",\"attributes\":[" + written + "]");

        assertThat(span.attributes().get("a")).isEqualTo(Empty.EMPTY);
        assertThat(span.dropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"doubleValue\":{}}", "{\"boolValue\":7}", "{\"bytesValue\":\"%\"}", "[]"})
    void attribute_malformedValue_isLeftOut(String written) throws Exception {
        Span span = span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":" + written + "},{\"key\":\"b\",\"value\":"
                + "{\"stringValue\":\"kept\"}}]");

        assertThat(span.attributes().keys()).containsExactly("b");
        assertThat(span.attributes().malformed()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"'\"NaN\"', NaN", "'\"-Infinity\"', -Infinity", "1.5, 1.5", "'\"1.5\"', 1.5", "NaN, NaN", "3, 3.0"})
    void doubleValue_numberOrString_isRead(String written, double expected) throws Exception {
        assertThat(attribute("{\"doubleValue\":" + written + "}")).isEqualTo(new Real(expected));
    }

    @Test
    void values_nestedAndMixed_areRead() throws Exception {
        assertThat(attribute("{\"arrayValue\":{\"values\":[null,{\"stringValue\":\"a\"},{\"kvlistValue\":{\"values\":"
                        + "[{\"key\":\"k\",\"value\":{\"bytesValue\":\"AQI\"}}]}},{}]}}"))
                .isEqualTo(new Items(List.of(
                        Empty.EMPTY,
                        Text.of("a"),
                        new Members(Attributes.builder()
                                .put("k", Bytes.of(new byte[] {1, 2}))
                                .build()),
                        Empty.EMPTY)));
    }

    @Test
    void value_nestedTooDeeply_losesOnlyTheAttribute() throws Exception {
        String deep = "{\"arrayValue\":{\"values\":[".repeat(500) + "]}}".repeat(500);
        Span span = span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":" + deep + "},{\"key\":\"b\"}]");

        assertThat(span.attributes().keys()).containsExactly("b");
    }

    @Test
    void value_ofProfiles_isAbsent() throws Exception {
        assertThat(attribute("{\"stringValueStrindex\":4}")).isEqualTo(Empty.EMPTY);
    }

    @Test
    void attributes_asObject_areTakenAsMap() throws Exception {
        Span span = span(IDS + ",\"attributes\":{\"a\":\"text\",\"b\":7,\"c\":{\"boolValue\":true},\"d\":[1]}");

        assertThat(span.attributes())
                .isEqualTo(Attributes.builder()
                        .put("a", "text")
                        .put("b", 7)
                        .put("c", true)
                        .malformed()
                        .build());
    }

    @Test
    void attributes_duplicateKeys_lastCounts() throws Exception {
        Span span = span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":{\"intValue\":1}},{\"key\":\"b\"},"
                + "{\"key\":\"a\",\"value\":{\"intValue\":2}}]");

        assertThat(span.attributes().get("a")).isEqualTo(new Whole(2));
        assertThat(span.attributes().keys()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({"a\\u0000b", "a\\ud800b", "a\\udc00b"})
    void text_nulOrLoneSurrogate_isReplaced(String written) throws Exception {
        assertThat(span(IDS + ",\"name\":\"" + written + "\"").name()).isEqualTo("a\uFFFDb");
        assertThat(attribute("{\"stringValue\":\"" + written + "\"}"))
                .isInstanceOfSatisfying(
                        Text.class, text -> assertThat(text.string()).isEqualTo("a\uFFFDb"));
    }

    @Test
    void text_pairOfEscapedSurrogates_isOneCharacter() throws Exception {
        assertThat(span(IDS + ",\"name\":\"\\ud83d\\ude80\"").name()).isEqualTo("\uD83D\uDE80");
    }

    @Test
    void text_invalidUtf8_isReplaced() throws Exception {
        byte[] body = request("{" + IDS + ",\"name\":\"a?b\"}").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '?' ? (byte) 0xFF : body[i];
        }

        assertThat(Recorded.of(Decoder.JSON, Signal.TRACES, body).spans.get(0).name())
                .isEqualTo("a\uFFFDb");
    }

    @Test
    void body_byteOrderMark_isIgnored() throws Exception {
        assertThat(Recorded.spansOfJson("\uFEFF" + request("{" + IDS + "}")).spans)
                .hasSize(1);
    }

    @Test
    void members_unknown_areIgnored() throws Exception {
        assertThat(span("\"new\":{\"x\":[{}]}," + IDS + ",\"trace_id\":\"x\"").traceId())
                .isEqualTo(TRACE);
    }

    @Test
    void resource_afterItsScopes_belongsToThem() throws Exception {
        Recorded recorded = Recorded.logsOfJson("""
                {"resourceLogs":[
                  {"schemaUrl":"",
                   "scopeLogs":[
                     {"logRecords":[{"eventName":"1"}],"scope":{"name":"s1"}},
                     {"logRecords":[{"eventName":"2"}]}],
                   "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"r"}}]}},
                  {"scopeLogs":[{"logRecords":[{"eventName":"3"}]}]}]}""");

        assertThat(recorded.logs).extracting(LogRecord::eventName).containsExactly("1", "2", "3");
        assertThat(recorded.origins)
                .extracting(origin -> origin.resource().text("service.name") + " "
                        + origin.scope().name())
                .containsExactly("r s1", "r ", "null ");
    }

    @Test
    void records_thatAreNoObjects_areReported() throws Exception {
        Recorded recorded = Recorded.spansOfJson(request("null,7,{" + IDS + "}"));

        assertThat(recorded.spans).hasSize(1);
        assertThat(recorded.unreadable).hasSize(2).containsOnly("the record is not a JSON object");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"resource_spans\":[{}]}', false, TRACES",
        "'{\"ResourceSpans\":[]}', false, TRACES",
        "'{\"resourceLogs\":[]}', false, LOGS",
        "'{\"resourceSpans\":null}', true, ",
        "'{}', false, ",
        "'', false, "
    })
    void request_misnamedMember_isRecognized(String body, boolean found, Signal meant) throws Exception {
        assertThat(Decoder.JSON.decode(body.getBytes(StandardCharsets.UTF_8), Signal.TRACES, new Recorded()))
                .isEqualTo(new TopLevel(found, meant));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "7", "{\"resourceSpans\":{}}", "{\"resourceSpans\":[", "{} {}", "<html>"})
    void request_malformed_isRefused(String body) {
        assertThatThrownBy(() -> Recorded.spansOfJson(body)).isInstanceOf(MalformedRequestException.class);
    }

    private static Value attribute(String value) throws Exception {
        return span(IDS + ",\"attributes\":[{\"key\":\"a\",\"value\":" + value + "}]")
                .attributes()
                .get("a");
    }

    private static Span span(String members) throws Exception {
        Recorded recorded = Recorded.spansOfJson(request("{" + members + "}"));
        assertThat(recorded.unreadable).isEmpty();
        return recorded.spans.get(0);
    }

    private static String request(String spans) {
        return "{\"resourceSpans\":[{\"resource\":{},\"scopeSpans\":[{\"scope\":{},\"spans\":[" + spans + "]}]}]}";
    }

    private static String log(String members) {
        return "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + members + "}]}]}]}";
    }
}
