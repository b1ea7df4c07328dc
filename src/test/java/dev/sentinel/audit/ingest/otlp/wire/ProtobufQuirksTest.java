package dev.sentinel.audit.ingest.otlp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What senders write into protobuf that the messages of OTLP do not expect. */
final class ProtobufQuirksTest {
    private static final String TRACE = "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a";

    @Test
    void ids_hexText_areRead() throws Exception {
        Recorded recorded = spans(Span.newBuilder()
                .setTraceId(ByteString.copyFromUtf8(TRACE))
                .setSpanId(ByteString.copyFromUtf8("A1B2C3D4E5F60718"))
                .build());

        assertThat(recorded.spans.get(0).traceId()).isEqualTo(TRACE);
        assertThat(recorded.spans.get(0).spanId()).isEqualTo("a1b2c3d4e5f60718");
    }

    @Test
    void ids_base64TextOrOtherLength_costOnlyTheirRecord() throws Exception {
        Recorded recorded = spans(
                span("base64").toBuilder()
                        .setTraceId(ByteString.copyFromUtf8("fJ4fC0pdTD6PKmsdDpyPeg=="))
                        .build(),
                span("short").toBuilder()
                        .setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3}))
                        .build(),
                span("good"));

        assertThat(recorded.unreadable)
                .containsExactly("the trace id is a base64 id, not hex", "the span id is not 8 bytes long");
        assertThat(recorded.spans).extracting("name").containsExactly("good");
    }

    @Test
    void text_invalidUtf8_isReplaced() throws Exception {
        byte[] invalid = {'a', (byte) 0xC3, 'b', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 0};
        Span span = Span.parseFrom(span("").toByteArray());
        UnknownFieldSet name = UnknownFieldSet.newBuilder()
                .addField(
                        5,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(invalid))
                                .build())
                .build();
        byte[] record = concat(span.toByteArray(), name.toByteArray());

        Recorded recorded = Recorded.of(Decoder.PROTOBUF, Signal.TRACES, request(record));

        assertThat(recorded.spans.get(0).name())
                .isEqualTo(new String(invalid, StandardCharsets.UTF_8).replace('\0', '\uFFFD'))
                .contains("\uFFFD");
    }

    @Test
    void fields_unknownOrOfAnotherWireType_areSkipped() throws Exception {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(
                        6,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("kind"))
                                .build())
                .addField(
                        999,
                        UnknownFieldSet.Field.newBuilder()
                                .addGroup(UnknownFieldSet.newBuilder()
                                        .addField(
                                                1,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addFixed32(7)
                                                        .build())
                                        .build())
                                .build())
                .build();

        Recorded recorded =
                spans(span("a").toBuilder().setUnknownFields(unknown).build());

        assertThat(recorded.spans).extracting("name").containsExactly("a");
    }

    @Test
    void record_malformed_costsOnlyItself() throws Exception {
        byte[] good = span("good").toByteArray();
        byte[] bad = concat(good, new byte[] {0x0A, 0x7F});

        Recorded recorded = Recorded.of(Decoder.PROTOBUF, Signal.TRACES, request(bad, good));

        assertThat(recorded.unreadable).containsExactly("the record is not valid protobuf");
        assertThat(recorded.spans).extracting("name").containsExactly("good");
    }

    @Test
    void attribute_malformed_isLeftOut() throws Exception {
        Span span = span("a").toBuilder()
                .addAttributes(KeyValue.newBuilder()
                        .setKey("k")
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        2,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addLengthDelimited(ByteString.copyFrom(new byte[] {(byte) 0xFF}))
                                                .build())
                                .build()))
                .addAttributes(attribute("kept", AnyValue.newBuilder().setIntValue(7)))
                .build();

        Recorded recorded = spans(span);

        assertThat(recorded.spans.get(0).attributes())
                .isEqualTo(Attributes.builder().put("kept", 7).malformed().build());
    }

    @Test
    void value_nestedTooDeeply_losesOnlyTheAttribute() throws Exception {
        AnyValue deep = AnyValue.newBuilder().setIntValue(1).build();
        for (int i = 0; i < 5_000; i++) {
            deep = AnyValue.newBuilder()
                    .setArrayValue(ArrayValue.newBuilder().addValues(deep))
                    .build();
        }
        Span span = span("a").toBuilder()
                .addAttributes(KeyValue.newBuilder().setKey("deep").setValue(deep))
                .addAttributes(attribute("kept", AnyValue.newBuilder().setIntValue(7)))
                .build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Thread writer = new Thread(null, () -> body.writeBytes(request(span.toByteArray())), "writer", 256 << 20);
        writer.start();
        writer.join();

        Recorded recorded = Recorded.of(Decoder.PROTOBUF, Signal.TRACES, body.toByteArray());

        assertThat(recorded.spans.get(0).attributes().keys()).containsExactly("kept");
    }

    @Test
    void attributes_moreThanThereIsRoomFor_areLeftOut() throws Exception {
        Span.Builder span = span("many").toBuilder();
        for (int i = 0; i < 300_000; i++) {
            span.addAttributes(KeyValue.newBuilder().setKey("k" + i));
        }

        Recorded recorded = spans(span.build());

        assertThat(recorded.spans.get(0).attributes().size()).isBetween(50_000, 200_000);
        assertThat(recorded.spans.get(0).dropped())
                .isEqualTo(300_000 - recorded.spans.get(0).attributes().size());
    }

    @Test
    void text_longerThanThereIsRoomFor_isCutAtACharacter() throws Exception {
        String text = "ä".repeat(6 << 20);
        Recorded recorded = spans(span("long").toBuilder()
                .addAttributes(attribute("before", AnyValue.newBuilder().setStringValue("x")))
                .addAttributes(attribute("long", AnyValue.newBuilder().setStringValue(text)))
                .addAttributes(attribute("after", AnyValue.newBuilder().setStringValue("whole")))
                .build());

        Attributes attributes = recorded.spans.get(0).attributes();
        assertThat(attributes.text("after")).isEqualTo("whole");
        assertThat(attributes.get("long")).isInstanceOfSatisfying(Text.class, cut -> {
            assertThat(cut.isCut()).isTrue();
            assertThat(cut.utf8Length()).isEqualTo(12 << 20);
            assertThat(cut.string()).matches("ä+");
        });
    }

    @Test
    void logs_readAsTraces_haveNoIds() throws Exception {
        byte[] ids = new byte[16];
        new Random(7).nextBytes(ids);
        ExportLogsServiceRequest logs = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder()
                        .addScopeLogs(ScopeLogs.newBuilder()
                                .addLogRecords(io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
                                        .setTimeUnixNano(1795392000120000000L)
                                        .setBody(AnyValue.newBuilder().setStringValue("claude_code.tool_result"))
                                        .addAttributes(attribute(
                                                "a", AnyValue.newBuilder().setIntValue(1)))
                                        .setTraceId(ByteString.copyFrom(ids)))))
                .build();

        Recorded recorded = Recorded.of(Decoder.PROTOBUF, Signal.TRACES, logs.toByteArray());

        assertThat(recorded.spans)
                .hasSize(1)
                .allMatch(span -> span.traceId().isEmpty() && span.spanId().isEmpty());
        assertThat(recorded.unreadable).isEmpty();
    }

    @Test
    void request_cutOff_isMalformed() {
        byte[] whole = request(span("a").toByteArray());

        assertThatThrownBy(() -> Recorded.of(Decoder.PROTOBUF, Signal.TRACES, Arrays.copyOf(whole, whole.length - 1)))
                .isInstanceOf(MalformedRequestException.class);
    }

    private static KeyValue attribute(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static Span span(String name) {
        return Span.newBuilder()
                .setTraceId(ByteString.fromHex(TRACE))
                .setSpanId(ByteString.fromHex("a1b2c3d4e5f60718"))
                .setName(name)
                .build();
    }

    private static Recorded spans(Span... spans) throws MalformedRequestException {
        return Recorded.of(
                Decoder.PROTOBUF,
                Signal.TRACES,
                ExportTraceServiceRequest.newBuilder()
                        .addResourceSpans(ResourceSpans.newBuilder()
                                .setResource(Resource.getDefaultInstance())
                                .addScopeSpans(ScopeSpans.newBuilder()
                                        .setScope(InstrumentationScope.getDefaultInstance())
                                        .addAllSpans(Arrays.asList(spans))))
                        .build()
                        .toByteArray());
    }

    /** A request of records that need not be valid. */
    private static byte[] request(byte[]... records) {
        return message(
                1,
                message(
                        2,
                        concat(Arrays.stream(records)
                                .map(record -> message(2, record))
                                .toArray(byte[][]::new))));
    }

    private static byte[] message(int field, byte[] content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(field, content);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
