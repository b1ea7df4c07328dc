package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.Ids;
import dev.sentinel.audit.PostingClients;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.ops.metrics.LogLines;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole server whose database fails: requests are answered with 503 in bounded time, readiness shows the failure, the
 * server recovers by itself, and every event answered with 201 is stored exactly once.
 */
@Timeout(120)
final class PostgresFaultsTest {
    private static final Map<String, String> SETTINGS =
            Map.of("max_connections", "40", "deadlock_timeout", "100ms", "wal_writer_delay", "10s");

    /** The database timeout in all tests. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** An append may wait for the previous one and then take as long itself; the rest is for a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(10);

    /** Four times as long is longer than a session may be silent if the timeout is four seconds. */
    private static final Duration SLOW_STEP = Duration.ofMillis(2_600);

    private static final int CLIENTS = 16;

    @TempDir
    private static Path directory;

    private static PostgresServer database;

    private String url = "";

    @BeforeAll
    static void startDatabase() throws IOException {
        database = PostgresServer.start(directory, SETTINGS);
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @BeforeEach
    void newSchema() {
        url = database.newSchema();
    }

    private RunningServer startServer() {
        return startServer(url);
    }

    private static RunningServer startServer(String url) {
        return RunningServer.start(
                directory, Map.of("DATABASE_URL", url, "DATABASE_TIMEOUT", TIMEOUT.toSeconds() + "s"));
    }

    @Test
    void stop_underLoad_isAnsweredAndRecoveredFrom() throws Exception {
        try (RunningServer server = startServer();
                LogLines log = new LogLines(SequencerVerticle.class)) {
            try (PostingClients clients = load(server)) {
                clients.awaitMore(300);
                database.stop();
                awaitReady(server, 503);
                assertUnavailable(server.client().post("application/json", SampleEvents.any()));
                assertUnavailable(server.client().get("/v1/events"));
                assertThat(server.client().get("/health/live").statusCode()).isEqualTo(200);

                database.startAgain();
                awaitReady(server, 200);
                clients.awaitMore(300);
                clients.stop();
                assertPromisesKept(server, clients);
            }
            assertThat(log.all()).filteredOn(line -> line.startsWith("ERROR")).hasSize(1);
            assertThat(log.all())
                    .filteredOn(line -> line.contains("database available again"))
                    .hasSize(1);
        }
    }

    @Test
    void kill_underLoadAgainAndAgain_losesAndDoublesNothing() throws Exception {
        try (RunningServer server = startServer();
                PostingClients clients = load(server)) {
            for (int i = 0; i < 3; i++) {
                clients.awaitMore(200);
                database.kill();
                database.startAgain();
            }
            clients.awaitMore(200);
            awaitReady(server, 200);
            clients.stop();
            assertPromisesKept(server, clients);
        }
    }

    @Test
    void freeze_withoutTraffic_showsInReadinessAndRecoversWithTheThaw() throws Exception {
        try (RunningServer server = startServer();
                LogLines log = new LogLines(SequencerVerticle.class)) {
            assertThat(post(server)).isEqualTo(201);
            database.freeze();
            long frozen = System.nanoTime();
            awaitReady(server, 503);
            assertThat(new JsonObject(server.client().get("/health/ready").body()).getJsonArray("checks"))
                    .anyMatch(check -> ((JsonObject) check).getString("id").equals("store")
                            && ((JsonObject) check).getString("status").equals("DOWN"));

            List<HttpResponse<String>> answers = Collections.synchronizedList(new ArrayList<>());
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                threads.execute(() -> {
                    for (int j = 0; j < 3; j++) {
                        answers.add(server.client().post("application/json", SampleEvents.any()));
                        answers.add(server.client().get("/v1/agents"));
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(6 * BOUND.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(answers).hasSize(6 * CLIENTS).allSatisfy(this::assertUnavailable);

            // Longer than the timeout of a hung connection.
            OpenStore.WITHIN.until(
                    "three times the time limit has passed", () -> System.nanoTime() - frozen > 4 * TIMEOUT.toNanos());
            database.thaw();
            awaitReady(server, 200);
            assertThat(post(server)).isEqualTo(201);
            assertThat(log.all()).filteredOn(line -> line.startsWith("ERROR")).hasSize(1);
            assertThat(log.all())
                    .filteredOn(line -> line.contains("database available again"))
                    .hasSize(1);
            OpenStore.WITHIN.until("abandoned connections are gone", () -> connections() <= 15);
        } finally {
            database.thaw();
        }
    }

    @Test
    void freeze_whenTheServerStops_doesNotBlockTheStop() throws Exception {
        RunningServer server = startServer();
        assertThat(post(server)).isEqualTo(201);
        assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);
        try {
            database.freeze();
            awaitReady(server, 503);
            long stopping = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(12));
        } finally {
            database.thaw();
        }
    }

    @Test
    void freeze_whenTheServerStarts_failsTheStart() throws Exception {
        try {
            database.freeze();
            long starting = System.nanoTime();
            assertThatThrownBy(this::startServer)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("postgresql://postgres@localhost")
                    .hasMessageNotContaining("irrelevant");
            assertThat(Duration.ofNanos(System.nanoTime() - starting)).isLessThan(BOUND);
        } finally {
            database.thaw();
        }
    }

    @Test
    void sessions_terminatedRepeatedly_areReopened() throws Exception {
        try (RunningServer server = startServer();
                PostingClients clients = load(server)) {
            for (int i = 0; i < 10; i++) {
                clients.awaitMore(50);
                database.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sentinel'");
            }
            clients.awaitMore(50);
            awaitReady(server, 200);
            clients.stop();
            assertPromisesKept(server, clients);
        }
    }

    @Test
    void connections_takenByOthers_areWaitedFor() throws Exception {
        List<Connection> others = new ArrayList<>();
        try (RunningServer server = startServer()) {
            assertThat(post(server)).isEqualTo(201);
            try {
                takeAllConnections(others);
                // Repeats, because the server may be faster to take a free connection.
                OpenStore.WITHIN.until("others have taken its connections", () -> {
                    others.get(0)
                            .createStatement()
                            .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                    + " WHERE application_name = 'sentinel'");
                    takeAllConnections(others);
                    return server.client().get("/health/ready").statusCode() == 503;
                });
                assertUnavailable(server.client().post("application/json", SampleEvents.any()));
                assertUnavailable(server.client().get("/v1/events"));
            } finally {
                for (Connection other : others) {
                    other.close();
                }
            }
            awaitReady(server, 200);
            assertThat(post(server)).isEqualTo(201);
        }
    }

    private void takeAllConnections(List<Connection> taken) {
        try {
            while (true) {
                taken.add(database.connect(url));
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
        }
    }

    /** The database has committed, but its answer never arrives. */
    @Test
    void commit_answerLost_isADuplicateWhenRetried() throws Exception {
        String event = SampleEvents.any();
        try (LossyProxy proxy = new LossyProxy(database.port());
                RunningServer server = startServer(proxy.through(url))) {
            assertThat(post(server)).isEqualTo(201);
            proxy.loseAnswers();

            assertUnavailable(server.client().post("application/json", event));
            assertThat(database.query(url, "SELECT count(*) FROM audit_events")).isEqualTo("2");
            HttpResponse<String> again = server.client().post("application/json", event);
            while (again.statusCode() == 503) {
                again = server.client().post("application/json", event);
            }

            assertThat(again.statusCode()).isEqualTo(201);
            assertThat(new JsonObject(again.body()).getString("status")).isEqualTo("duplicate");
            assertThat(database.query(url, "SELECT count(*) FROM audit_events")).isEqualTo("2");
        }
    }

    /** As after a power cut of the database host, when another host has taken over its address. */
    @Test
    void host_vanishedUnderLoad_isReconnected() throws Exception {
        try (LossyProxy proxy = new LossyProxy(database.port());
                RunningServer server = startServer(proxy.through(url));
                PostingClients clients = load(server)) {
            clients.awaitMore(200);
            proxy.vanish();
            clients.awaitMore(200);
            awaitReady(server, 200);
            clients.stop();
            assertPromisesKept(server, clients);
        }
    }

    /** As when a server is suspended in a step of the sequencer: the next leader must get its lock. */
    @Test
    void client_vanishedWithinATransaction_losesItsLocks() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (LossyProxy proxy = new LossyProxy(database.port())) {
            Database.Postgres through =
                    (Database.Postgres) SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", proxy.through(url)))
                            .store()
                            .database();
            Pool pool = new Sessions(vertx, through, TIMEOUT).deriving();
            SqlConnection connection = pool.getConnection().await();
            connection.begin().await();
            connection.query("SELECT pg_advisory_lock(41)").execute().await();
            proxy.vanish();

            long end = System.nanoTime() + 3 * BOUND.toNanos();
            while (database.query(url, "SELECT pg_try_advisory_lock(41)").equals("f")) {
                assertThat(System.nanoTime()).as("in time").isLessThan(end);
            }
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    @Test
    void deadlock_ofTwoServers_isResolvedForBoth() throws Exception {
        try (OpenStore one = OpenStore.at(url);
                OpenStore two = OpenStore.at(url)) {
            Events events = new Events(11);
            long before = deadlocks();
            int captured = 0;
            int rounds = 0;
            while (deadlocks() == before) {
                List<AuditEvent> batch = events.next(2_000);
                List<AuditEvent> reversed = new ArrayList<>(batch);
                Collections.reverse(reversed);
                Future<List<Outcome>> first = one.store().append(batch);
                Future<List<Outcome>> second = two.store().append(reversed);
                List<Outcome> outcomes = Stream.concat(
                                OpenStore.await(first).stream(), OpenStore.await(second).stream())
                        .toList();
                assertThat(outcomes).noneMatch(Outcome.Conflict.class::isInstance);
                captured += (int) outcomes.stream()
                        .filter(Outcome.Captured.class::isInstance)
                        .count();
                rounds++;
            }
            int all = rounds * 2_000;
            assertThat(captured).isEqualTo(all);
            OpenStore.WITHIN.until("all are sequenced", () -> one.log().size() == all);
            assertThat(Totals.differences(database, url)).isEmpty();
        }
    }

    /**
     * The leader pauses in proportion to a step. If it were silent for long enough, the database would end its session,
     * and so the next one.
     */
    @Test
    void step_thatIsSlow_isFollowedByTheNextSoon() throws Exception {
        try (OpenStore store = OpenStore.at(url, Map.of("DATABASE_TIMEOUT", "4s"));
                LogLines log = new LogLines(SequencerVerticle.class);
                Connection other = database.connect(url);
                Statement statement = other.createStatement()) {
            Events events = new Events(14);
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE audit_progress IN SHARE MODE");
            store.append(events.next(1));
            OpenStore.WITHIN.until("the step waits", () -> waitingFor("audit_progress") == 1);
            long waits = System.nanoTime();
            OpenStore.WITHIN.until("the step is slow", () -> System.nanoTime() - waits > SLOW_STEP.toNanos());
            other.commit();
            store.append(events.next(1));

            OpenStore.WITHIN.until("all are sequenced", () -> store.log().size() == 2);

            assertThat(log.all()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    private int waitingFor(String table) throws SQLException {
        return Integer.parseInt(database.query(
                url, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass"));
    }

    private static long deadlocks() throws SQLException {
        return Long.parseLong(database.query(
                "search_path=public",
                "SELECT deadlocks FROM pg_stat_database, pg_stat_clear_snapshot() WHERE datname = 'postgres'"));
    }

    /** The role's default isolation would refuse what READ COMMITTED accepts. */
    @Test
    void transactions_serializableByDefault_doNotFailEachOther() throws Exception {
        database.execute("ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'");
        try (OpenStore one = OpenStore.at(url);
                OpenStore two = OpenStore.at(url);
                LogLines log = new LogLines(SequencerVerticle.class)) {
            Events events = new Events(12);
            List<Future<List<Outcome>>> appends = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                List<AuditEvent> batch = events.next(20);
                appends.add(one.store().append(batch));
                appends.add(two.store().append(batch));
                for (Future<List<Outcome>> append : appends.subList(2 * i, 2 * i + 2)) {
                    OpenStore.await(append);
                }
            }
            assertThat(appends.stream()
                            .flatMap(append -> append.result().stream())
                            .filter(Outcome.Captured.class::isInstance))
                    .hasSize(2_000);
            OpenStore.WITHIN.until("all are sequenced", () -> two.log().size() == 2_000);
            assertThat(log.all()).noneMatch(line -> line.startsWith("ERROR"));
            assertThat(Totals.differences(database, url)).isEmpty();
        } finally {
            database.execute("ALTER DATABASE postgres RESET default_transaction_isolation");
        }
    }

    /** An asynchronous commit would be lost here: the WAL writer sleeps for ten seconds. */
    @Test
    void kill_withAsynchronousCommitByDefault_losesNoAcknowledgedEvent() throws Exception {
        database.execute("ALTER DATABASE postgres SET synchronous_commit = off");
        try (OpenStore store = OpenStore.at(url)) {
            List<Long> notified = new CopyOnWriteArrayList<>();
            store.store().onSequenced(notified::add);
            List<AuditEvent> events = new Events(13).next(50);
            store.append(events);
            OpenStore.WITHIN.until("they are sequenced", () -> notified.contains(50L));

            database.kill();
            database.startAgain();

            // The order itself is committed asynchronously; it is computed again.
            OpenStore.WITHIN.until("they are sequenced again", () -> sizeOfLog(store) == 50);
            assertThat(store.log()).extracting(stored -> stored.event()).isEqualTo(events);
            OpenStore.WITHIN.until("listeners are notified again", () -> Collections.frequency(notified, 50L) == 2);
            assertThat(notified).isSorted();
        } finally {
            database.execute("ALTER DATABASE postgres RESET synchronous_commit");
        }
    }

    private static int sizeOfLog(OpenStore store) {
        try {
            return store.log().size();
        } catch (Failure unavailable) {
            return -1;
        }
    }

    private PostingClients load(RunningServer server) {
        return new PostingClients(CLIENTS, event -> server.client().post("application/json", event));
    }

    private static int post(RunningServer server) {
        return server.client().post("application/json", SampleEvents.any()).statusCode();
    }

    private void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body())
                .as("no internals")
                .doesNotContainIgnoringCase("postgres", "sql", "localhost", "irrelevant", "audit_", "exception");
    }

    private void assertPromisesKept(RunningServer server, PostingClients clients) throws Exception {
        assertThat(clients.unexpected()).isEmpty();
        assertThat(clients.slowest()).isLessThan(BOUND);
        // Counts each time: what a client has left unanswered may still be committed.
        long[] stored = new long[1];
        OpenStore.WITHIN.until("all are sequenced", () -> {
            stored[0] = Long.parseLong(database.query(url, "SELECT count(*) FROM audit_events"));
            return server.store().status().indexed() == stored[0]
                    && database.query(url, "SELECT next_seq FROM audit_progress")
                            .equals(Long.toString(stored[0]));
        });
        List<JsonObject> events = PostingClients.walk(server.client());
        Ids.assertContainsAll(
                events.stream().map(event -> event.getString("event_id")).toList(), clients.acknowledged());
        Ids.assertSame(
                events.stream().map(event -> event.getLong("seq")).toList(),
                Stream.iterate(0L, seq -> seq + 1).limit(stored[0]).toList());
        assertThat(Totals.differences(database, url)).isEmpty();
    }

    private static void awaitReady(RunningServer server, int status) throws Exception {
        OpenStore.WITHIN.until(
                "readiness becomes " + status,
                () -> server.client().get("/health/ready").statusCode() == status);
    }

    private static int connections() throws SQLException {
        return Integer.parseInt(database.query(
                "search_path=public", "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sentinel'"));
    }
}
