package dev.sentinel.audit.ingest.otlp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Both decoders read what the generated messages of OTLP write, in memory and while it arrives. */
final class DecoderOracleTest {
    @Property
    void traces_protobuf_areThoseOfTheGeneratedMessages(@ForAll long seed) throws Exception {
        ExportTraceServiceRequest request = new GeneratedRequests(seed).traces();

        assertSame(Decoder.PROTOBUF, Signal.TRACES, request.toByteArray(), Expected.of(request));
    }

    @Property
    void logs_protobuf_areThoseOfTheGeneratedMessages(@ForAll long seed) throws Exception {
        ExportLogsServiceRequest request = new GeneratedRequests(seed).logs();

        assertSame(Decoder.PROTOBUF, Signal.LOGS, request.toByteArray(), Expected.of(request));
    }

    @Property
    void traces_json_areThoseOfTheGeneratedMessages(@ForAll long seed) throws Exception {
        ExportTraceServiceRequest request = new GeneratedRequests(seed).traces();

        assertSame(Decoder.JSON, Signal.TRACES, json(request), Expected.of(request));
    }

    @Property
    void logs_json_areThoseOfTheGeneratedMessages(@ForAll long seed) throws Exception {
        ExportLogsServiceRequest request = new GeneratedRequests(seed).logs();

        assertSame(Decoder.JSON, Signal.LOGS, json(request), Expected.of(request));
    }

    /** A damaged request is malformed, or its damage is that of a record; nothing else is thrown. */
    @Property
    void protobuf_damaged_isMalformedOrReadable(@ForAll long seed, @ForAll int at, @ForAll byte damage) {
        byte[] body = new GeneratedRequests(seed).traces().toByteArray();
        if (body.length > 0) {
            body[Math.floorMod(at, body.length)] ^= damage;
        }

        assertDecodesOrIsMalformed(Decoder.PROTOBUF, body);
        assertDecodesOrIsMalformed(Decoder.PROTOBUF, Arrays.copyOf(body, Math.floorMod(at, body.length + 1)));
    }

    @Property
    void json_damaged_isMalformedOrReadable(@ForAll long seed, @ForAll int at, @ForAll byte damage) {
        byte[] body = json(new GeneratedRequests(seed).traces());
        body[Math.floorMod(at, body.length)] ^= damage;

        assertDecodesOrIsMalformed(Decoder.JSON, body);
        assertDecodesOrIsMalformed(Decoder.JSON, Arrays.copyOf(body, Math.floorMod(at, body.length + 1)));
    }

    private static void assertDecodesOrIsMalformed(Decoder decoder, byte[] body) {
        try {
            decoder.decode(body, Signal.TRACES, new Recorded());
        } catch (MalformedRequestException e) {
            assertThat(e.getMessage()).endsWith(".");
        }
    }

    private static void assertSame(Decoder decoder, Signal signal, byte[] body, Recorded expected) throws Exception {
        Recorded streamed = new Recorded();
        decoder.decode(slowly(body), signal, streamed);

        for (Recorded actual : new Recorded[] {Recorded.of(decoder, signal, body), streamed}) {
            assertThat(actual.spans).isEqualTo(expected.spans);
            assertThat(actual.logs).isEqualTo(expected.logs);
            assertThat(actual.origins).isEqualTo(expected.origins);
            assertThat(actual.unreadable).isEmpty();
        }
    }

    private static byte[] json(Message message) {
        return JsonOfMessages.of(message).getBytes(StandardCharsets.UTF_8);
    }

    /** At most seven bytes at a time. */
    private static InputStream slowly(byte[] body) {
        return new ByteArrayInputStream(body) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 7));
            }
        };
    }
}
