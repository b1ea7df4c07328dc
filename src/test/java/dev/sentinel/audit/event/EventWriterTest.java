package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventWriterTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-02T09:00:00.000001Z");

    private static String written(String event) throws IOException {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            EventWriter.write(generator, new StoredEvent(41, RECEIVED, EventSamples.event(event), Seals.ANY));
        }
        return out.toString();
    }

    @Test
    void write_event_hasEveryFieldInContractOrder() throws IOException {
        assertThat(written(EventSamples.valid()))
                .isEqualTo("{\"event_id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\","
                        + "\"timestamp\":\"2026-11-02T08:05:13.886000Z\",\"agent_instance_id\":\"agent-1\","
                        + "\"trace_id\":\"trace-1\",\"actor\":\"agent\",\"action_type\":\"tool_call\","
                        + "\"resource\":\"search\",\"status\":\"success\",\"latency_ms\":82,"
                        + "\"metadata\":{\"model\":\"m\"},\"seq\":41,\"received_at\":\"2026-11-02T09:00:00.000001Z\"}");
    }

    @Test
    void write_withoutTimestamp_usesReceivedAt() throws IOException {
        assertThat(written(EventSamples.without("timestamp")))
                .contains("\"timestamp\":\"2026-11-02T09:00:00.000001Z\"");
    }

    @Test
    void write_withoutLatency_writesNull() throws IOException {
        assertThat(written(EventSamples.without("latency_ms"))).contains("\"latency_ms\":null");
    }
}
