package dev.sentinel.audit.query.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.EventStream;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.Events;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams with random filters, live or resumed, get what a search finds. */
@Timeout(60)
final class StreamFiltersTest {
    private static final int STREAMS = 60;
    private static final int EVENTS = 700;

    private static final List<String> FILTERS = List.of(
            "agent_instance_id=agent-1",
            "agent_instance_id=agent-2",
            "trace_id=trace-3",
            "trace_id=trace-7",
            "actor=human",
            "actor=agent",
            "action_type=tool_call",
            "action_type=db_query",
            "status=error",
            "status=success",
            "status=denied",
            "resource=resource_1",
            "resource=resource",
            "resource_prefix=resource_2",
            "resource_prefix=res",
            "resource_prefix=RES",
            "q=RESOURCE_3",
            "q=%22n%22%3A4",
            "q=gr%C3%B6%C3%9Fe",
            "q=GR%C3%96%C3%9FE",
            "filter=-status:success",
            "filter=meta.n:4*%20OR%20latency:%3E200",
            "filter=-(agent:*1%20action:tool_call)%20-session:*",
            "from=2026-11-02T08:00:30Z",
            "to=2026-11-02T08:01:30Z");

    @TempDir
    private Path directory;

    private final long seed = new Random().nextInt(1_000_000);
    private final Random random = new Random(seed);

    @Test
    void streams_randomFilters_getWhatASearchFinds() {
        Map<EventStream, String> streams = new LinkedHashMap<>();
        Map<EventStream, Integer> first = new LinkedHashMap<>();
        Map<EventStream, List<Long>> expected = new LinkedHashMap<>();
        RunningServer server = RunningServer.start(directory);
        try {
            Events events = new Events(seed);
            int appended = 0;
            while (appended < EVENTS) {
                while (streams.size() < STREAMS * (appended + 1) / EVENTS) {
                    String filters = filters();
                    boolean resumes = random.nextBoolean();
                    int from = resumes ? random.nextInt(appended + 1) : appended;
                    EventStream stream = EventStream.open(
                            server.client().port(),
                            "/v1/events/stream?" + filters + (resumes ? "&last_event_id=" + (from - 1) : ""));
                    streams.put(stream, filters);
                    first.put(stream, from);
                }
                int batch = 1 + random.nextInt(Math.min(40, EVENTS - appended));
                server.append(events.next(batch).toArray(AuditEvent[]::new));
                appended += batch;
            }
            streams.forEach((stream, filters) -> expected.put(stream, search(server, filters, first.get(stream))));
            // The end of a stream proves that it got nothing else; before it, every event must have arrived.
            expected.forEach((stream, seqs) -> assertThat(stream.seqs(seqs.size()))
                    .as("seed %s: %s from %s", seed, streams.get(stream), first.get(stream))
                    .isEqualTo(seqs));
        } finally {
            server.close();
        }
        streams.forEach((stream, filters) -> {
            assertThat(stream.untilTheEnd())
                    .as("seed %s: %s", seed, filters)
                    .noneMatch(EventStream.Frame::isEvent)
                    .last()
                    .matches(frame -> frame.event().equals("closing"));
            stream.close();
        });
    }

    private String filters() {
        List<String> some = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            String filter = FILTERS.get(random.nextInt(FILTERS.size()));
            if (!some.contains(filter)
                    && !(filter.startsWith("filter=") && some.stream().anyMatch(one -> one.startsWith("filter=")))) {
                some.add(filter);
            }
        }
        return String.join("&", some);
    }

    private static List<Long> search(RunningServer server, String filters, int from) {
        JsonObject page = server.client().getJson("/v1/events?limit=1000&" + filters);
        assertThat(page.getString("next_cursor")).isNull();
        return page.getJsonArray("events").stream()
                .map(event -> ((JsonObject) event).getLong("seq"))
                .filter(seq -> seq >= from)
                .sorted()
                .toList();
    }
}
