package dev.sentinel.audit.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.AgentEvents;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Position;
import dev.sentinel.audit.store.SessionSummary;
import dev.sentinel.audit.store.Stats;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.Summaries;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import dev.sentinel.audit.store.TraceQuery;
import dev.sentinel.audit.store.TraceSummary;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every query of a decorated port is measured as what it is, until it has its answer. */
final class QueryDurationsTest {
    private static final Instant NOW = Instant.parse("2026-11-02T08:00:00Z");
    private static final StatsQuery SPAN = StatsQuery.covering(NOW, NOW.plusSeconds(60), "", null, 1);

    private final Telemetry telemetry = new Telemetry("1.2.3");
    private final QueryDurations durations = new QueryDurations(telemetry.registry());
    private final Promise<Void> answered = Promise.promise();
    private final EventFinder finder = durations.measured(new FailingFinder(answered.future()));
    private final Summaries summaries = durations.measured(new FailingSummaries(answered.future()));

    /** Fails every query when the test says so. */
    private record FailingFinder(Future<Void> answered) implements EventFinder {
        @Override
        public Future<Optional<StoredEvent>> find(UUID eventId) {
            return answered.mapEmpty();
        }

        @Override
        public Future<FoundEvents> search(EventQuery query) {
            return answered.mapEmpty();
        }

        @Override
        public Future<AgentEvents> agentEvents(String agentInstanceId, EventQuery query) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Long> snapshotBound() {
            return answered.mapEmpty();
        }

        @Override
        public Future<String> revision() {
            return answered.mapEmpty();
        }
    }

    /** Fails every query when the test says so. */
    private record FailingSummaries(Future<Void> answered) implements Summaries {
        @Override
        public Future<Optional<AgentSummary>> agent(String agentInstanceId) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Page<AgentSummary, String>> agents(String prefix, Optional<String> after, int limit) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Optional<TraceSummary>> trace(String traceId, String agentPrefix) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Page<TraceSummary, Position>> traces(TraceQuery query) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Optional<SessionSummary>> session(String sessionId, String agentPrefix) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Stats> stats(StatsQuery query) {
            return answered.mapEmpty();
        }

        @Override
        public Future<Tally> tally(TallyQuery query) {
            return answered.mapEmpty();
        }
    }

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void scrape_noQueryYet_hasEveryKind() {
        assertThat(counts())
                .containsExactlyInAnyOrder(
                        "find 0",
                        "search 0",
                        "agent_events 0",
                        "snapshot_bound 0",
                        "revision 0",
                        "agent 0",
                        "agents 0",
                        "trace 0",
                        "traces 0",
                        "session 0",
                        "stats 0",
                        "tally 0");
    }

    @Test
    void query_ofEachKind_isCountedOnceWhenItEnds() {
        List<Future<?>> queries = List.of(
                finder.find(new UUID(0, 1)),
                finder.search(EventQuery.all(1)),
                finder.agentEvents("agent-1", EventQuery.all(1)),
                finder.snapshotBound(),
                finder.revision(),
                summaries.agent("agent-1"),
                summaries.agents("", Optional.empty(), 1),
                summaries.trace("trace-1", ""),
                summaries.traces(new TraceQuery("", Set.of(), Set.of(), Set.of(), null, null, null, 1)),
                summaries.session("session-1", ""),
                summaries.stats(SPAN),
                summaries.tally(new TallyQuery(
                        SPAN, EventFilter.ALL.with(filter -> filter.from(NOW).to(NOW.plusSeconds(60))))));
        assertThat(counts()).allMatch(count -> count.endsWith(" 0"));

        answered.fail(new Unavailable("gone"));

        assertThat(queries).allMatch(Future::failed);
        assertThat(counts()).hasSize(queries.size()).allMatch(count -> count.endsWith(" 1"));
    }

    /** So that what the store takes can be set against what the client waits. */
    @Test
    void scrape_buckets_areThoseOfTheAnswers() {
        assertThat(matches("sentinel_query_duration_seconds_bucket\\{query=\"search\",le=\"([^\"]+)\"\\} 0"))
                .extracting(found -> found.group(1))
                .containsExactly(
                        "5.0E-4", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1.0", "2.0",
                        "5.0", "10.0", "+Inf");
    }

    private List<String> counts() {
        return matches("sentinel_query_duration_seconds_count\\{query=\"(\\w+)\"\\} (\\d+)").stream()
                .map(found -> found.group(1) + " " + found.group(2))
                .toList();
    }

    private List<MatchResult> matches(String sample) {
        return Pattern.compile("(?m)^" + sample + "$")
                .matcher(telemetry.scrape())
                .results()
                .toList();
    }
}
