package dev.sentinel.audit.bench;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpMapper;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import dev.sentinel.audit.ingest.otlp.mapping.Sender;
import dev.sentinel.audit.ingest.otlp.wire.Decoder;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per record of OpenTelemetry between its bytes and its event, beside that of the same events as NDJSON. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(OtlpSource.RECORDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class OtlpBenchmark {
    /** What the records are. */
    @Param({"TRACES", "LOGS"})
    public Signal signal;

    private OtlpMapper mapper;
    private EventReader reader;
    private final List<byte[]> ndjson = new ArrayList<>();
    private final List<byte[]> protobuf = new ArrayList<>();
    private final List<byte[]> json = new ArrayList<>();
    private int next;

    /** Makes a request of each fixture, in every form. */
    @Setup
    public void makeRequests() throws IOException {
        OtlpSource source = new OtlpSource(signal, 0);
        for (int i = 0; i < source.requestCount(); i++) {
            ndjson.add(source.next(OtlpSource.Form.NDJSON));
        }
        for (int i = 0; i < source.requestCount(); i++) {
            protobuf.add(source.next(OtlpSource.Form.PROTOBUF));
        }
        for (int i = 0; i < source.requestCount(); i++) {
            json.add(source.next(OtlpSource.Form.JSON));
        }
        mapper = OtlpSource.mapper();
        reader = new EventReader(OtlpSource.RECORDS, RedactionRules.full(), secret -> {});
    }

    private byte[] nextOf(List<byte[]> bodies) {
        return bodies.get(next++ % bodies.size());
    }

    /** Decodes protobuf and makes the events. */
    @Benchmark
    public List<AuditEvent> protobuf() throws Exception {
        return events(Decoder.PROTOBUF, nextOf(protobuf));
    }

    /** Decodes JSON and makes the events. */
    @Benchmark
    public List<AuditEvent> json() throws Exception {
        return events(Decoder.JSON, nextOf(json));
    }

    /** Decodes the same events as lines; the records that give none cost nothing. */
    @Benchmark
    public DecodedBody ndjson() throws Exception {
        return reader.readNdjson(nextOf(ndjson), null);
    }

    private List<AuditEvent> events(Decoder decoder, byte[] body) throws Exception {
        OtlpRequest request = mapper.begin(new Sender(null, null));
        decoder.decode(body, signal, request);
        return request.take();
    }
}
