package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.utf8;
import static dev.sentinel.audit.event.EventSamples.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private final EventReader reader = new EventReader(3, RedactionRules.full(), secret -> {});

    @Test
    void readJson_object_isSingle() {
        assertThat(reader.readJson(utf8(valid()), null)).satisfies(body -> {
            assertThat(body.batch()).isFalse();
            assertThat(body.events())
                    .hasOnlyElementsOfType(DecodedEvent.Valid.class)
                    .hasSize(1);
        });
    }

    @Test
    void readJson_array_isBatchInOrder() {
        DecodedBody body = reader.readJson(utf8("[" + valid() + ", 5, []]"), null);

        assertThat(body.batch()).isTrue();
        assertThat(body.events())
                .hasExactlyElementsOfTypes(
                        DecodedEvent.Valid.class, DecodedEvent.Invalid.class, DecodedEvent.Invalid.class);
    }

    @Test
    void readJson_emptyArray_isBatchOfNone() {
        assertThat(reader.readJson(utf8(" [ ] "), null)).isEqualTo(new DecodedBody(true, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "\"text\"", "null", "true", "[[1]]"})
    void readJson_notAnObject_isInvalidEvent(String json) {
        assertThat(reader.readJson(utf8(json), null).events())
                .containsExactly(new DecodedEvent.Invalid(null, List.of(new FieldError("", "must be a JSON object"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \r\n\t",
                "{",
                "}",
                "[",
                "[{}",
                "{]",
                "{}}",
                "{}{}",
                "{} x",
                "[] []",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "[{},]",
                "[,{}]",
                "{a:1}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":-Infinity}",
                "{\"a\":+1}",
                "{\"a\":01}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":0x1}",
                "{\"a\":tru}",
                "{\"a\":nulll}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":\"unterminated}",
                "{\"a\":1 /* c */}",
                "// c\n{}",
                "\u00a0{}",
                "\u000b{}",
                "{}\u0000"
            })
    void readJson_notJson_isMalformed(String json) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(utf8(json), null))
                .withMessageStartingWith("The body ")
                .withMessageEndingWith(".")
                .withNoCause();
    }

    @Test
    void readJson_syntaxError_reportsPositionWithoutContent() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(utf8("{\n  \"a\": secret\n}"), null))
                .withMessageMatching("The body is not valid JSON \\(line 2, column \\d+\\)\\.");
    }

    @Test
    void readJson_invalidUtf8_reportsPosition() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'}, null))
                .withMessage("The body is not valid UTF-8 (byte 2).");
    }

    @Test
    void readJson_utf16_isMalformed() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(valid().getBytes(StandardCharsets.UTF_16LE), null));
    }

    @Test
    void readJson_byteOrderMark_isSkipped() {
        assertThat(reader.readJson(utf8("\uFEFF" + valid()), null).events())
                .hasOnlyElementsOfType(DecodedEvent.Valid.class);
    }

    @Test
    void readJson_twoByteOrderMarks_isMalformed() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(utf8("\uFEFF\uFEFF" + valid()), null));
    }

    @Test
    void readJson_maximumEvents_areRead() {
        assertThat(reader.readJson(utf8("[1,2,3]"), null).events()).hasSize(3);
    }

    @Test
    void readJson_oneEventTooMany_throws() {
        assertThatExceptionOfType(TooManyEventsException.class)
                .isThrownBy(() -> reader.readJson(utf8("[1,2,3,4]"), null))
                .withMessage("A request may hold at most 3 events.");
    }

    @Test
    void readJson_aHundredThousandBrackets_isMalformed() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> reader.readJson(utf8("[".repeat(100_000)), null))
                .withMessage("The body nests deeper than 10,000 levels.");
    }

    @Test
    void readNdjson_linesOfAllKinds_areRead() {
        DecodedBody body = reader.readNdjson(utf8("\n" + valid() + "\r\n \t\r\n" + valid() + "\n\n" + valid()), null);

        assertThat(body.batch()).isTrue();
        assertThat(body.events())
                .hasOnlyElementsOfType(DecodedEvent.Valid.class)
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\n\t"})
    void readNdjson_noLines_isBatchOfNone(String body) {
        assertThat(reader.readNdjson(utf8(body), null)).isEqualTo(new DecodedBody(true, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}{}", "not json", "{\"a\":NaN}", "\u0000", "\uFEFF{}"})
    void readNdjson_lineThatIsNotJson_onlyThatLineIsInvalid(String line) {
        List<DecodedEvent> events = reader.readNdjson(utf8(valid() + "\n" + line + "\n" + valid()), null)
                .events();

        assertThat(events)
                .hasExactlyElementsOfTypes(
                        DecodedEvent.Valid.class, DecodedEvent.Invalid.class, DecodedEvent.Valid.class);
        assertThat(((DecodedEvent.Invalid) events.get(1)).errors())
                .extracting(FieldError::pointer)
                .containsExactly("");
    }

    @Test
    void readNdjson_invalidUtf8_rejectsOnlyItsLine() {
        byte[] body = utf8(valid() + "\n\"?\"\n" + valid());
        body[valid().length() + 2] = (byte) 0xFF;

        assertThat(reader.readNdjson(body, null).events())
                .hasExactlyElementsOfTypes(
                        DecodedEvent.Valid.class, DecodedEvent.Invalid.class, DecodedEvent.Valid.class);
    }

    @Test
    void readNdjson_byteOrderMarkAtStart_isSkipped() {
        assertThat(reader.readNdjson(utf8("\uFEFF" + valid()), null).events())
                .hasOnlyElementsOfType(DecodedEvent.Valid.class);
    }

    @Test
    void readNdjson_oneLineTooMany_throws() {
        assertThatExceptionOfType(TooManyEventsException.class)
                .isThrownBy(() -> reader.readNdjson(utf8("1\n2\n3\n\n4"), null));
    }

    @Test
    void readNdjson_recordedRuns_allValid() throws IOException {
        assertThat(new EventReader(2854, RedactionRules.full(), secret -> {})
                        .readNdjson(recordedRuns(), null)
                        .events())
                .hasOnlyElementsOfType(DecodedEvent.Valid.class)
                .hasSize(2854);
    }

    @Test
    void readJson_arrayOfRecordedRuns_equalsItsLines() throws IOException {
        String lines = new String(recordedRuns(), StandardCharsets.UTF_8).strip();
        EventReader large = new EventReader(2854, RedactionRules.full(), secret -> {});

        assertThat(large.readJson(utf8("[" + lines.replace("\n", ",\n") + "]"), null))
                .isEqualTo(large.readNdjson(recordedRuns(), null));
    }

    private static byte[] recordedRuns() throws IOException {
        try (InputStream file = EventReaderTest.class.getResourceAsStream("/agent-runs.ndjson")) {
            return file.readAllBytes();
        }
    }
}
