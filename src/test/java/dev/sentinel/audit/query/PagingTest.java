package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.event.AuditEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Walks through pages while events arrive, many with the same timestamp. */
class PagingTest {
    private static final Events EVENTS = new Events();

    private static RunningServer server;
    private static int runs;

    @BeforeContainer
    static void start() throws IOException {
        server = RunningServer.start(Files.createTempDirectory("sentinel-paging"));
    }

    @AfterContainer
    static void stop() {
        server.close();
    }

    @Property(tries = 60)
    void walk_whileEventsArrive_visitsExistingEventsOnceAndInOrder(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 5) Integer> before,
            @ForAll @Size(max = 20) List<@IntRange(max = 8) Integer> during,
            @ForAll @IntRange(min = 1, max = 7) int limit) {
        String agent = "walker-" + runs++;
        List<String> there =
                before.stream().map(millis -> append(agent, millis)).toList();
        List<Integer> arriving = new ArrayList<>(during);

        List<JsonObject> walked = new PageWalk(server.client(), () -> {
                    if (!arriving.isEmpty()) {
                        append(agent, arriving.remove(0));
                    }
                })
                .items("/v1/agents/" + agent + "/events?limit=" + limit, "events");

        List<String> ids =
                walked.stream().map(event -> event.getString("event_id")).toList();
        assertThat(ids).doesNotHaveDuplicates().containsAll(there);
        List<JsonObject> old = walked.stream()
                .filter(event -> new HashSet<>(there).contains(event.getString("event_id")))
                .toList();
        assertThat(old)
                .isSortedAccordingTo(Comparator.comparing((JsonObject event) -> event.getString("timestamp"))
                        .thenComparing(event -> event.getLong("seq"))
                        .reversed());
    }

    @Property(tries = 20)
    void search_oldestFirst_isTheReverseOfTheSearch(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 5) Integer> times,
            @ForAll @IntRange(min = 1, max = 7) int limit) {
        String trace = "order-" + runs++;
        times.forEach(millis -> server.append(EVENTS.of("orderer", trace, millis)));
        String search = "/v1/events?trace_id=" + trace + "&limit=" + limit;

        List<Long> forwards = new ArrayList<>(new PageWalk(server.client()).seqs(search + "&order=asc"));
        List<Long> backwards = new ArrayList<>(new PageWalk(server.client()).seqs(search + "&order=desc"));
        Collections.reverse(backwards);

        assertThat(forwards).hasSize(times.size()).isEqualTo(backwards);
    }

    @Property(tries = 30)
    void trace_walk_isTheReverseOfItsSearch(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 5) Integer> times,
            @ForAll @IntRange(min = 1, max = 7) int limit) {
        String trace = "trace-" + runs++;
        times.forEach(millis -> server.append(EVENTS.of("tracer", trace, millis)));

        List<Long> forwards =
                new ArrayList<>(new PageWalk(server.client()).seqs("/v1/traces/" + trace + "?limit=" + limit));
        List<Long> backwards = new ArrayList<>(new PageWalk(server.client()).seqs("/v1/events?trace_id=" + trace));
        Collections.reverse(backwards);

        assertThat(forwards).hasSize(times.size()).isEqualTo(backwards);
    }

    private static String append(String agent, int millis) {
        AuditEvent event = EVENTS.of(agent, "t", millis);
        server.append(event);
        return event.eventId().toString();
    }
}
