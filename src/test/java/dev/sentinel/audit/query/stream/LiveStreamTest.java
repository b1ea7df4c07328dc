package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.EventStream.Frame;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.ForwardingLog;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.web.OpenApiContract;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LiveStreamTest {
    private static final Within WITHIN = Within.seconds(20);
    private static final String STREAM = "/v1/events/stream";

    /** Three heartbeats a second: an idle connection is closed after one second. */
    private static final Map<String, String> LIVELY = Map.of("IDLE_TIMEOUT", "1s");

    @TempDir
    private Path directory;

    private final OpenApiContract contract = OpenApiContract.load();
    private final Events events = new Events(5);
    private final List<EventStream> streams = new ArrayList<>();
    private RunningServer server;

    @AfterEach
    void stop() {
        streams.forEach(EventStream::close);
        if (server != null) {
            server.close();
        }
    }

    @Test
    void stream_eventArrives_isSentLikeInTheList() {
        start(Map.of());
        EventStream stream = open(STREAM + "?seal=true");
        UUID id = UUID.randomUUID();
        String metadata = "{\"lines\":\"a\\r\\nb\\u2028\u2028 🤖\"}";
        server.client().post("application/json", SampleEvents.with(id, metadata));

        Frame frame = stream.events(1).get(0);

        assertThat(frame.id()).isEqualTo("0");
        assertThat(frame.data())
                .isEqualTo(server.client().get("/v1/events/" + id).body());
        assertThat(stream.header("cache-control")).isEqualTo("no-store");
        assertThat(stream.header("x-accel-buffering")).isEqualTo("no");
        contract.check(
                "GET",
                STREAM,
                stream.status(),
                stream.header("content-type"),
                "id: " + frame.id() + "\ndata: " + frame.data() + "\n\n");
    }

    @Test
    void stream_opened_sendsItsPosition() {
        start(Map.of());
        assertThat(open(STREAM).next().id()).as("position of an empty log").isEqualTo("-1");
        append(3);
        assertThat(open(STREAM).next().id()).isEqualTo("2");
        assertThat(open(STREAM + "?last_event_id=0").next().id()).isEqualTo("0");
    }

    @Test
    void resume_atEveryPosition_hasNoGapAndNoRepeat() {
        start(Map.of());
        append(40);
        EventStream running = open(STREAM);
        for (int last = -1; last < 40; last++) {
            // Alternates between positions before and within the kept slices, by header and by parameter.
            append(1);
            int total = 41 + last + 1;
            EventStream stream = last % 2 == 0
                    ? open(STREAM, "Last-Event-ID", Integer.toString(last))
                    : open(STREAM + "?last_event_id=" + last);
            assertThat(stream.seqs(total - last - 1))
                    .containsExactlyElementsOf(
                            LongStream.range(last + 1, total).boxed().toList());
            stream.close();
        }
        assertThat(running.seqs(41))
                .containsExactlyElementsOf(LongStream.range(40, 81).boxed().toList());
    }

    @Test
    void resume_headerAndParameter_headerWins() {
        start(Map.of());
        append(5);
        assertThat(open(STREAM + "?last_event_id=0", "Last-Event-ID", "3").seqs(1))
                .containsExactly(4L);
    }

    @Test
    void resume_whileEventsArrive_hasNoGapAndNoRepeat() {
        start(Map.of());
        append(3_000);
        Random random = new Random(3);
        List<Integer> from = new ArrayList<>();
        List<EventStream> resumed = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            from.add(random.nextInt(3_000));
            resumed.add(open(STREAM + "?last_event_id=" + from.get(i)));
            append(250);
        }
        for (int i = 0; i < from.size(); i++) {
            assertThat(resumed.get(i).seqs(6_000 - from.get(i) - 1))
                    .containsExactlyElementsOf(
                            LongStream.range(from.get(i) + 1, 6_000).boxed().toList());
        }
    }

    /** The filter matches nothing in a long log, and yet the log is not searched again. */
    @Test
    void resume_selectiveFilter_advances() {
        start(LIVELY);
        append(2_000);
        EventStream stream = open(STREAM + "?resource=nowhere&last_event_id=-1");
        assertThat(stream.next(frame -> frame.id().equals("1999")).data()).isEmpty();
    }

    @Test
    void resume_unknownPosition_isReportedAndContinuesLive() {
        start(Map.of());
        append(5);
        EventStream stream = open(STREAM, "Last-Event-ID", "99");
        assertThat(stream.next().id()).isEqualTo("4");
        Frame reset = stream.next();
        assertThat(reset.event()).isEqualTo("reset");
        assertThat(reset.json()).isEqualTo(new JsonObject("{\"last_event_id\":99,\"resume_from\":4}"));
        append(1);
        assertThat(stream.seqs(1)).containsExactly(5L);
    }

    @Test
    void lastEventId_invalid_isNamed() {
        start(Map.of());
        for (String id : List.of("x", "1.5", "-2", "9999999999999999999")) {
            EventStream refused = open(STREAM, "Last-Event-ID", id);
            assertThat(refused.body()).contains("\"pointer\":\"/header/Last-Event-ID\"");
            contract.check("GET", STREAM, refused.status(), refused.header("content-type"), refused.body());
        }
    }

    @Test
    void head_answersAndEnds() {
        start(Map.of("MAX_STREAMS", "1"));
        for (int i = 0; i < 3; i++) {
            assertThat(server.client().send("HEAD", STREAM).statusCode()).isEqualTo(200);
        }
        assertThat(open(STREAM).status()).isEqualTo(200);
    }

    @Test
    void streams_tooMany_areRefusedUntilOneEnds() {
        start(Map.of("MAX_STREAMS", "2"));
        EventStream first = open(STREAM);
        open(STREAM);
        EventStream refused = open(STREAM);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("retry-after")).isNotNull();
        contract.check("GET", STREAM, refused.status(), refused.header("content-type"), refused.body());
        first.close();
        WITHIN.until("a place is free again", () -> open(STREAM).status() == 200);
    }

    @Test
    void stream_idleTimeout_doesNotCloseIt() {
        start(LIVELY);
        EventStream stream = open(STREAM);
        for (int beats = 0; beats < 6; beats++) {
            assertThat(stream.next().event()).isEmpty();
        }
        append(1);
        assertThat(stream.seqs(1)).containsExactly(0L);
    }

    @Test
    void shutdown_endsStreamsAtOnce() {
        start(Map.of());
        EventStream stream = open(STREAM);
        EventStream resumed = open(STREAM + "?last_event_id=-1");
        long started = System.nanoTime();
        server.close();
        server = null;
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started)).isLessThan(5);
        for (EventStream each : List.of(stream, resumed)) {
            assertThat(each.untilTheEnd()).last().satisfies(frame -> {
                assertThat(frame.event()).isEqualTo("closing");
                assertThat(frame.json().getString("reason")).isEqualTo("the server is stopping");
            });
        }
    }

    /** Any number of streams share one read and the same bytes. */
    @Test
    void streams_many_shareOneReadOfTheLog() {
        AtomicInteger reads = new AtomicInteger();
        startReading(log -> new ForwardingLog(log) {
            @Override
            public Future<List<StoredEvent>> read(long fromSeq, int limit) {
                reads.incrementAndGet();
                return log.read(fromSeq, limit);
            }
        });
        List<EventStream> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(open(STREAM + (i % 2 == 0 ? "" : "?agent_instance_id=agent-1")));
        }
        append(500);
        long ofAgent =
                server.client().getJson("/v1/agents/agent-1/events?limit=1").getLong("total");
        for (int i = 0; i < many.size(); i++) {
            List<Long> seqs = many.get(i).seqs(i % 2 == 0 ? 500 : (int) ofAgent);
            assertThat(seqs).doesNotHaveDuplicates().isSorted();
        }
        assertThat(reads.get()).as("reads for 100 streams").isBetween(1, 20);
    }

    @Test
    void store_failsForAWhile_streamContinues() {
        AtomicInteger failures = new AtomicInteger(1);
        startReading(log -> new ForwardingLog(log) {
            @Override
            public Future<List<StoredEvent>> read(long fromSeq, int limit) {
                return failures.getAndDecrement() > 0
                        ? Future.failedFuture(new Unavailable("not now"))
                        : log.read(fromSeq, limit);
            }
        });
        EventStream stream = open(STREAM);
        append(5);
        assertThat(stream.seqs(5)).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    private EventStream open(String target, String... headers) {
        EventStream stream = EventStream.open(server.client().port(), target, headers);
        streams.add(stream);
        return stream;
    }

    private void append(int count) {
        for (int done = 0; done < count; done += 500) {
            server.append(events.next(Math.min(500, count - done)).toArray(AuditEvent[]::new));
        }
    }

    private void start(Map<String, String> environment) {
        server = RunningServer.start(directory, environment);
    }

    private void startReading(UnaryOperator<LogReader> decorator) {
        server = RunningServer.readingThrough(decorator, directory, Map.of());
    }
}
