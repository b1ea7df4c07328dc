package dev.sentinel.audit.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Generates requests with events like recorded ones: their resources, metadata and sizes (about 350 bytes), with new
 * ids, of a thousand agents, in traces of about twenty events. Costs little more than copying the bytes. One thread.
 */
final class EventSource {
    static final int AGENTS = 1_000;
    private static final int TRACE_LENGTH = 20;
    private static final int TEMPLATES = 500;
    private static final Path RECORDED = Path.of("src/test/resources/agent-runs.ndjson");
    private static final String ID = "00000000-0000-4000-8000-000000000000";
    private static final String TIME = "2026-11-02T00:00:00.000000Z";
    private static final String AGENT = "agent-0000";
    private static final String TRACE = "trace-00000000";
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    /** A recorded event and the offsets of its variable parts. */
    private record Template(Buffer json, int id, int time, int agent, int trace) {}

    private final Template[] templates;
    private final SplittableRandom random;
    private long made;
    private long trace;

    EventSource(long seed) throws IOException {
        random = new SplittableRandom(seed);
        trace = random.nextLong(10_000_000);
        List<String> lines = Files.readAllLines(RECORDED);
        templates =
                lines.subList(0, TEMPLATES).stream().map(EventSource::template).toArray(Template[]::new);
    }

    private static Template template(String line) {
        byte[] json = new JsonObject(line)
                .put("event_id", ID)
                .put("timestamp", TIME)
                .put("agent_instance_id", AGENT)
                .put("trace_id", TRACE)
                .encode()
                .getBytes(UTF_8);
        // Latin-1: one character per byte, so that character offsets are byte offsets.
        String bytes = new String(json, ISO_8859_1);
        return new Template(
                Buffer.buffer(json),
                bytes.indexOf(ID),
                bytes.indexOf(TIME),
                bytes.indexOf(AGENT),
                bytes.indexOf(TRACE));
    }

    /** Requests with one event each. */
    Supplier<Buffer> singles() {
        return () -> {
            byte[] event = next();
            return head("/v1/events", "application/json", event.length).appendBytes(event);
        };
    }

    /** Requests with this many events each, one per line. */
    Supplier<Buffer> batches(int size) {
        return () -> {
            Buffer body = Buffer.buffer(size * 400);
            for (int i = 0; i < size; i++) {
                body.appendBytes(next()).appendByte((byte) '\n');
            }
            return head("/v1/events", "application/x-ndjson", body.length()).appendBuffer(body);
        };
    }

    /** Requests for the newest hundred events of some agent. */
    Supplier<Buffer> newestOfAnAgent() {
        return () -> Buffer.buffer("GET /v1/agents/agent-%04d/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(random.nextInt(AGENTS)));
    }

    /** The head of a POST; the body follows. */
    static Buffer head(String path, String contentType, int length) {
        return Buffer.buffer(length + 128)
                .appendString("POST ")
                .appendString(path)
                .appendString(" HTTP/1.1\r\nHost: localhost\r\nContent-Type: ")
                .appendString(contentType)
                .appendString("\r\nContent-Length: ")
                .appendString(Integer.toString(length))
                .appendString("\r\n\r\n");
    }

    /** One event as JSON. */
    byte[] next() {
        Template template = templates[(int) (made % templates.length)];
        byte[] event = template.json.getBytes();
        if (made++ % TRACE_LENGTH == 0) {
            trace++;
        }
        id(event, template.id);
        long micros = made * 1_000;
        digits(event, template.time + "2026-11-02T".length(), 2, micros / 3_600_000_000L % 24);
        digits(event, template.time + "2026-11-02T00:".length(), 2, micros / 60_000_000 % 60);
        digits(event, template.time + "2026-11-02T00:00:".length(), 2, micros / 1_000_000 % 60);
        digits(event, template.time + "2026-11-02T00:00:00.".length(), 6, micros % 1_000_000);
        digits(event, template.agent + "agent-".length(), 4, trace % AGENTS);
        digits(event, template.trace + "trace-".length(), 8, trace % 100_000_000);
        return event;
    }

    /** A random UUID, except for the digits of version and variant. */
    private void id(byte[] event, int at) {
        long high = random.nextLong();
        long low = random.nextLong();
        for (int i = 0; i < ID.length(); i++) {
            if (i != 8 && i != 13 && i != 14 && i != 18 && i != 19 && i != 23) {
                event[at + i] = HEX[(int) (high & 15)];
                high = (high >>> 4) | (low << 60);
                low >>>= 4;
            }
        }
    }

    private static void digits(byte[] event, int at, int count, long value) {
        long rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            event[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
