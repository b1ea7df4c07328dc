package dev.sentinel.audit.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import dev.sentinel.audit.store.TraceSummary;
import dev.sentinel.audit.store.ViewStore;
import dev.sentinel.audit.store.migrate.NoProgress;
import dev.sentinel.audit.store.migrate.RowReport;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.postgres.PostgresServer;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import dev.sentinel.audit.store.sqlite.OlderLog;
import dev.sentinel.audit.store.sqlite.PythonFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations from files to real databases, in this process. */
final class MigrationsTest {
    private static final Instant THEN = Instant.parse("2026-11-02T08:00:00Z");

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String url = postgres.newSchema();
    private final Events events = new Events(5);

    @Test
    void copy_log_hasTheSameEventsPositionsAndTimes() {
        append(12_000);

        assertThat(copy().verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(12_000);
            assertThat(verified.agents()).isEqualTo(5);
        });
        assertThat(read(target())).isEqualTo(read(source()));
    }

    @Test
    void copy_again_copiesNewEvents() {
        append(30);
        copy();
        append(20);

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Verified.class,
                        verified -> assertThat(verified.events()).isEqualTo(50));
        assertThat(read(target())).isEqualTo(read(source()));
    }

    /** Only clients may not send them as events. */
    @Test
    void notes_inTheLog_areCopiedAndMerged() {
        AuditEvent note = events.next().toBuilder()
                .actor(ActorType.HUMAN)
                .actionType(ActionType.API_CALL)
                .resource(TraceSummary.NOTE)
                .build();
        SourceLog.append(source(), List.of(note), 1);
        copy();
        SourceLog.append(target(), events.next(1), 1);
        SourceLog.append(
                source(), List.of(note.toBuilder().eventId(new UUID(7, 7)).build()), 1);

        run(log(), target(), true);

        assertThat(read(target()))
                .extracting(stored -> stored.event().resource())
                .filteredOn(TraceSummary.NOTE::equals)
                .hasSize(2);
    }

    @Test
    void copy_thenAServer_continuesAfterTheLastPosition() {
        append(30);
        copy();

        SourceLog.append(target(), events.next(1), 1);

        assertThat(read(target())).extracting(StoredEvent::seq).endsWith(29L, 30L);
    }

    @Test
    void copy_targetThatAServerHasWritten_isRefusedAndStaysUsable() {
        append(30);
        copy();
        SourceLog.append(target(), events.next(1), 1);
        append(10);

        assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("the target holds other data");
        assertThat(read(target())).hasSize(31);
    }

    @Test
    void copy_targetOfAnotherLog_isRefused() {
        append(30);
        SourceLog.append(target(), events.next(3), 3);

        assertThatThrownBy(this::copy)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("use an empty database, or add to it with --merge");
    }

    @Test
    void copy_eventChangedInTheTarget_isAMismatch_andServersStayOut() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_events SET resource = 'forged' WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
        assertThatThrownBy(() -> read(target())).hasMessageContaining("is unfinished");
    }

    @Test
    void copy_sealChangedInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_events SET resource_seal = metadata_seal WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
    }

    @Test
    void copy_eventMissingInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("DELETE FROM audit_events WHERE arrival = 11");

        assertThat(copy().verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what()).startsWith("seq=11 "));
    }

    @Test
    void copy_totalChangedInTheTarget_isAMismatch() throws Exception {
        append(30);
        copy();
        execute("UPDATE audit_agents SET total = total + 1 WHERE agent_instance_id = 'agent-1'");

        assertThat(copy().verdict()).isInstanceOf(Verdict.Mismatch.class);
    }

    @Test
    void copy_whileAServerUsesTheTarget_isRefused() {
        append(3);

        SourceLog.with(target(), running -> {
            // Until it is leader, another server could become it.
            running.append(events.next(1)).await();
            assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("a server uses the target");
            return null;
        });
    }

    @Test
    void copy_sourceOfTheFirstSchema_isRead() throws Exception {
        append(5);
        List<StoredEvent> before = read(source());
        OlderLog.to(log(), 1);

        copy();

        assertThat(read(target()))
                .extracting(StoredEvent::event)
                .isEqualTo(before.stream().map(StoredEvent::event).toList());
    }

    @Test
    void copy_any_changesNothingOfTheSource() throws Exception {
        append(30);
        Map<Path, byte[]> before = contents();

        copy();

        assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
    }

    @Test
    void copy_logThatIsBeingWritten_isReadWithItsWriteAheadLog() {
        SourceLog.with(source(), running -> {
            running.append(events.next(10)).await();
            assertThat(copy().verdict()).isInstanceOf(Verdict.Verified.class);
            return null;
        });
        assertThat(read(target())).hasSize(10);
    }

    /** The client sees metadata as it wrote it, also after a move, and nothing on the way has an opinion about it. */
    @Test
    void copy_metadata_isTheSameText() throws Exception {
        List<String> texts = List.of(
                "{\"a\":1E+2,\"b\":-0,\"c\":1.10,\"d\":1e-400,\"e\":123456789012345678901234567890.5}",
                "{\"z\":1,\"a\":{\"y\":2,\"b\":3},\"m\":4}",
                "{\"twice\":1,\"twice\":2}",
                "{ \"a\" :  1 ,\t\"b\":[ ] }\n",
                "{\"escaped\":\"\\u00e9\\/\\ud83e\\udd16\",\"plain\":\"\u00e9/\ud83e\udd16\"}");
        append(texts.size());
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + log());
                PreparedStatement update = log.prepareStatement("UPDATE audit_events SET metadata = ? WHERE seq = ?")) {
            for (int seq = 0; seq < texts.size(); seq++) {
                update.setString(1, texts.get(seq));
                update.setInt(2, seq);
                update.executeUpdate();
            }
        }

        assertThat(copy().verdict()).isInstanceOf(Verdict.Verified.class);

        assertThat(read(target()))
                .extracting(stored -> stored.event().metadata())
                .isEqualTo(texts);
        assertThat(read(target())).isEqualTo(read(source()));
    }

    @Test
    void copy_keys_areCopiedWithRevocations() {
        append(3);
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");
        TestKeys.with(source(), keys -> keys.add(key("aaaaaaaa"), act));
        copy();
        List<ApiKey> copied = TestKeys.with(target(), KeyStore::keys);
        assertThat(copied).usingRecursiveFieldByFieldElementComparator().containsExactly(key("aaaaaaaa"));
        List<AdminAct> uncaptured = TestKeys.with(target(), keys -> keys.uncaptured(10));
        assertThat(uncaptured).containsExactly(act);
        TestKeys.with(source(), keys -> keys.revoke("aaaaaaaa", THEN, act));

        copy();

        List<ApiKey> again = TestKeys.with(target(), KeyStore::keys);
        assertThat(again).extracting(ApiKey::revoked).containsExactly(THEN);
    }

    @Test
    void copy_destinations_goOnWhereTheyWere() {
        append(3);
        StoredDestination siem = StoredDestination.starting("siem", "{}", 2, null);
        destinations(source(), store -> store.add(siem));

        copy();

        List<StoredDestination> copied = destinations(target(), DestinationStore::all);
        assertThat(copied).containsExactly(siem);
    }

    /** Between two runs, and on the way back: what was delivered or removed since must not be delivered again. */
    @Test
    void copy_again_hasTheDestinationsAndViewsOfTheSourceAsTheyAreNow() {
        append(3);
        destinations(source(), store -> store.add(StoredDestination.starting("siem", "{}", 0, null)));
        destinations(source(), store -> store.add(StoredDestination.starting("removed", "{}", 0, null)));
        views(source(), store -> store.add(new SavedView("k1", "1", "Errors", "/ui/runs", THEN)));
        copy();
        StoredDestination moved = StoredDestination.starting("siem", "{}", 3, null);
        destinations(target(), store -> store.remove("siem"));
        destinations(target(), store -> store.add(moved));
        destinations(target(), store -> store.remove("removed"));
        views(target(), store -> store.remove("k1", "1"));
        // Each of these changes is an event.
        SourceLog.append(target(), events.next(3), 3);

        run(postgres(), source());

        List<StoredDestination> there = destinations(source(), DestinationStore::all);
        assertThat(there).containsExactly(moved);
        List<SavedView> views = views(source(), ViewStore::all);
        assertThat(views).isEmpty();
    }

    /** It was run once more, after a server had delivered from the target, or by a script that retries. */
    @Test
    void copy_againWithoutNewEvents_takesNoCursorBackAndNothingAway() {
        append(9);
        destinations(source(), store -> store.add(StoredDestination.starting("siem", "{}", 0, null)));
        destinations(source(), store -> store.add(StoredDestination.starting("lake", "{}", 0, null)));
        copy();
        destinations(source(), store -> store.steer("lake", DestinationState.RUNNING, OptionalLong.of(5)));
        destinations(target(), store -> store.steer("siem", DestinationState.PAUSED, OptionalLong.of(7)));
        destinations(target(), store -> store.add(StoredDestination.starting("new", "{}", 2, null)));
        views(target(), store -> store.add(new SavedView("k1", "1", "Errors", "/ui/runs", THEN)));

        copy();

        List<StoredDestination> there = destinations(target(), DestinationStore::all);
        assertThat(there)
                .extracting(row -> row.id() + " " + row.next() + " " + row.state())
                .containsExactly("lake 5 RUNNING", "new 2 RUNNING", "siem 7 PAUSED");
        List<SavedView> views = views(target(), ViewStore::all);
        assertThat(views).hasSize(1);
    }

    @Test
    void copy_viewsOfTheDashboard_areThere() {
        append(3);
        SavedView errors = new SavedView("k1", "1", "Errors", "/ui/events?query=status%3Aerror", THEN);
        views(source(), store -> store.add(errors));

        copy();

        List<SavedView> copied = views(target(), store -> store.of("k1"));
        assertThat(copied).containsExactly(errors);
    }

    private static <T> T views(StoreConfig config, Function<ViewStore, Future<T>> work) {
        Vertx vertx = Vertx.vertx();
        try {
            return Databases.views(vertx, config)
                    .compose(store -> work.apply(store).eventually(store::close))
                    .await();
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    private static <T> T destinations(StoreConfig config, Function<DestinationStore, Future<T>> work) {
        Vertx vertx = Vertx.vertx();
        try {
            return Databases.destinations(vertx, config)
                    .compose(store -> work.apply(store).eventually(store::close))
                    .await();
        } finally {
            PostgresVertx.close(vertx);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void adopt_keyThatIsRevokedHere_staysRevoked(boolean inPostgres) {
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");

        List<ApiKey> adopted = TestKeys.with(
                inPostgres ? target() : source(),
                keys -> keys.add(key("aaaaaaaa"), act)
                        .compose(added -> keys.revoke("aaaaaaaa", THEN, act))
                        .compose(revoked -> keys.adopt(List.of(key("aaaaaaaa"), key("bbbbbbbb")), List.of()))
                        .compose(done -> keys.keys()));

        assertThat(adopted).extracting(ApiKey::id).containsExactly("aaaaaaaa", "bbbbbbbb");
        assertThat(adopted).extracting(ApiKey::revoked).containsExactly(THEN, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rehearse_any_writesNothing(boolean log) throws Exception {
        Path source = log();
        if (log) {
            append(30);
        } else {
            source = python(3).path();
        }
        Migrations.Rehearsal rehearsal;
        try (Migrations migrations = migrations(source, target(), false)) {
            rehearsal = migrations.rehearse(Migrations.KeyCheck.NONE);
        }

        assertThat(rehearsal.events()).isEqualTo(log ? 30 : 3);
        assertThat(postgres.query(
                        url, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"))
                .isEqualTo("0");
    }

    @Test
    void rehearse_toAFile_createsNone() throws Exception {
        try (Migrations migrations = migrations(python(3).path(), file(), false)) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).refused().count())
                    .isZero();
        }

        try (Stream<Path> files = Files.list(elsewhere)) {
            assertThat(files).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_pythonRows_areEventsOfNow(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        python.add("no-id", "agent-9", "tool_call", "{}");
        UUID secret = python.add("agent-9", "{\"password\":\"abc\"}");

        Migrations.Result result = run(python.path(), to, false);

        assertThat(result.refused().count()).isEqualTo(1);
        assertThat(result.verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(4);
            assertThat(verified.agents()).isEqualTo(4);
        });
        StoredEvent stored =
                SourceLog.with(to, store -> store.find(secret).await()).orElseThrow();
        assertThat(stored.event().metadata()).isEqualTo("{\"password\":\"[REDACTED]\"}");
        assertThat(stored.event().submittedBy()).isEqualTo("migrate");
        assertThat(stored.timestamp()).isEqualTo(Instant.parse("2024-05-01T12:00:00.123456Z"));
        assertThat(stored.receivedAt()).isAfter(stored.timestamp());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_again_importsNewEvents(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        run(python.path(), to, false);
        python.add("agent-9", "{}");

        try (Migrations migrations = migrations(python.path(), to, false)) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).events()).isEqualTo(1);
        }
        run(python.path(), to, false);

        assertThat(read(to)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_intoOtherData_needsMerge(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        SourceLog.append(to, events.next(5), 5);
        PythonFile python = python(3);

        assertThatThrownBy(() -> run(python.path(), to, false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the target holds other data");
        assertThat(run(python.path(), to, true).verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(to)).hasSize(8);
    }

    /** The order of work: look at the report, repair rows in the source, shorten what is only too long. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void importing_rowsThatWereRefused_areImportedOnceRepaired(boolean toPostgres) throws Exception {
        StoreConfig to = toPostgres ? target() : file();
        PythonFile python = python(3);
        python.execute("UPDATE audit_events SET resource = '" + "x".repeat(3_000) + "' WHERE id = 1");
        python.execute("UPDATE audit_events SET resource = CAST(x'6265666f7265006166746572' AS TEXT) WHERE id = 2");
        Migrations.Result first = run(python.path(), to, false);
        python.execute("UPDATE audit_events SET resource = 'before after' WHERE id = 2");

        Migrations.Result repaired = run(python.path(), to, new Migrations.Rows(false, true, RowReport.NONE));
        Migrations.Result shortened = run(python.path(), to, new Migrations.Rows(true, true, RowReport.NONE));

        assertThat(first.refused().count()).isEqualTo(2);
        assertThat(first.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(repaired.refused().count()).isEqualTo(1);
        assertThat(repaired.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(shortened.refused().count()).isZero();
        assertThat(shortened.refused().changed()).isEqualTo(1);
        assertThat(shortened.verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(to)).hasSize(3);
    }

    @Test
    void copy_eventThatIsNoJson_isRefusedBeforeTheFirstWrite() throws Exception {
        append(10);
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + log());
                Statement statement = log.createStatement()) {
            statement.execute("UPDATE audit_events SET metadata = 'no JSON at all' WHERE seq = 7");
        }

        assertThatThrownBy(this::copy).isInstanceOf(Failure.class).hasMessageContaining("no valid event at position 7");
        assertThatThrownBy(() -> run(log(), target(), true)).hasMessageContaining("no valid event at position 7");
        assertThat(postgres.query(url, "SELECT to_regclass('audit_events') IS NULL"))
                .isEqualTo("t");
    }

    @Test
    void importing_intoAnotherLogOfTheSameName_startsOver() throws Exception {
        PythonFile python = python(3);
        run(python.path(), file(), false);
        try (Stream<Path> files = Files.list(elsewhere)) {
            for (Path file :
                    files.filter(file -> !file.toString().endsWith(".import")).toList()) {
                Files.delete(file);
            }
        }

        run(python.path(), file(), false);

        assertThat(read(file())).hasSize(3);
    }

    @Test
    void importing_idOfAnotherEvent_isARefusedRow() throws Exception {
        AuditEvent known = events.next();
        SourceLog.append(file(), List.of(known), 1);
        PythonFile python = python(2);
        python.add(known.eventId().toString(), "agent-9", "tool_call", "{}");

        Migrations.Result first = run(python.path(), file(), true);
        Migrations.Result second = run(python.path(), file(), true);

        assertThat(List.of(first, second)).allSatisfy(result -> {
            assertThat(result.verdict()).isInstanceOf(Verdict.Verified.class);
            assertThat(result.refused().first())
                    .singleElement()
                    .satisfies(refused -> assertThat(refused.reason()).contains("another event with this event_id"));
        });
    }

    @Test
    void importing_eventChangedInTheTarget_isAMismatch() throws Exception {
        PythonFile python = python(3);
        run(python.path(), target(), false);
        execute("UPDATE audit_events SET resource = 'forged' WHERE arrival = 1");

        assertThat(run(python.path(), target(), false).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch ->
                                assertThat(mismatch.what()).startsWith("row=2 ").contains("differs"));
    }

    @Test
    void merging_aLog_keepsSubmittersAndAssignsNewPositions() {
        append(10);
        SourceLog.append(target(), events.next(5), 5);

        assertThat(run(log(), target(), true).verdict()).isInstanceOf(Verdict.Verified.class);

        assertThat(read(target()).subList(5, 15))
                .extracting(StoredEvent::event)
                .isEqualTo(read(source()).stream().map(StoredEvent::event).toList());
    }

    @Test
    void migrations_logToAFile_isLeftToBackupAndRestore() {
        append(1);

        assertThatThrownBy(() -> run(log(), file(), false))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("bin/sentinel backup and restore");
    }

    @Test
    void copyToAFile_databaseOfServers_hasTheSameEventsKeysDestinationsAndViews() {
        SourceLog.append(target(), events.next(5_000), 1_000);
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");
        TestKeys.with(target(), keys -> keys.add(key("aaaaaaaa"), act));
        StoredDestination siem = StoredDestination.starting("siem", "{}", 2, null);
        destinations(target(), store -> store.add(siem));
        SavedView errors = new SavedView("k1", "1", "Errors", "/ui/events?query=status%3Aerror", THEN);
        views(target(), store -> store.add(errors));

        assertThat(copyToFile().verdict()).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(5_000);
            assertThat(verified.agents()).isEqualTo(5);
        });

        assertThat(read(file())).isEqualTo(read(target()));
        assertThat(SourceLog.with(file(), EventStore::logId)).isEqualTo(SourceLog.with(target(), EventStore::logId));
        List<ApiKey> adopted = TestKeys.with(file(), KeyStore::keys);
        assertThat(adopted).usingRecursiveFieldByFieldElementComparator().containsExactly(key("aaaaaaaa"));
        List<AdminAct> uncaptured = TestKeys.with(file(), keys -> keys.uncaptured(10));
        assertThat(uncaptured).containsExactly(act);
        List<StoredDestination> copied = destinations(file(), DestinationStore::all);
        assertThat(copied).containsExactly(siem);
        List<SavedView> kept = views(file(), ViewStore::all);
        assertThat(kept).containsExactly(errors);
    }

    /** Also when the file is the one that was moved to the database before. */
    @Test
    void copyToAFile_again_copiesNewEvents() {
        append(30);
        copy();
        SourceLog.append(target(), events.next(20), 20);

        assertThat(run(postgres(), source()).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Verified.class,
                        verified -> assertThat(verified.events()).isEqualTo(50));
        assertThat(read(source())).isEqualTo(read(target()));
    }

    @Test
    void copyToAFile_withOtherEvents_isRefusedAndStaysUsable() {
        SourceLog.append(target(), events.next(5), 5);
        SourceLog.append(file(), events.next(3), 3);

        assertThatThrownBy(this::copyToFile)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the target holds other data");
        assertThat(read(file())).hasSize(3);
    }

    @Test
    void copyToAFile_whileAServerUsesTheDatabase_isRefused() {
        SourceLog.with(target(), running -> {
            running.append(events.next(3)).await();
            SourceLog.whole(running);
            assertThatThrownBy(this::copyToFile).isInstanceOf(Failure.class).hasMessageContaining("stop all of them");
            return null;
        });
    }

    @Test
    void copyToAFile_databaseWithoutItsFirstEvents_isRefused_andServersStayOut() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        read(target());
        execute("DELETE FROM audit_events WHERE arrival < 5");

        assertThatThrownBy(this::copyToFile)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("the source has no event at position 0");
        assertThatThrownBy(() -> read(file())).hasMessageContaining("is unfinished");
    }

    /** Also the order of the last events, which is a change like any other. */
    @Test
    void rehearse_databaseOfServers_writesNothing() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        read(target());
        execute("UPDATE audit_progress SET next_arrival = 5, next_seq = 5");
        try (Migrations migrations = to(postgres(), file())) {
            assertThat(migrations.rehearse(Migrations.KeyCheck.NONE).events()).isEqualTo(10);
        }

        try (Stream<Path> files = Files.list(elsewhere)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsOnly("sentinel_audit.lock");
        }
        assertThat(postgres.query(url, "SELECT next_arrival FROM audit_progress"))
                .isEqualTo("5");
    }

    /** The copy was interrupted before it had tables, or before it had the id of the log. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copyToAFile_interruptedAtItsVeryBegin_isResumed(boolean hasTables) throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        if (hasTables) {
            SourceLog.append(file(), List.of(), 1);
            Files.move(elsewhere.resolve("sentinel_audit.db"), elsewhere.resolve("sentinel_audit.db.migrating"));
        } else {
            Files.createFile(elsewhere.resolve("sentinel_audit.db.migrating"));
        }

        assertThat(copyToFile().verdict()).isInstanceOf(Verdict.Verified.class);
        assertThat(read(file())).isEqualTo(read(target()));
    }

    /** The copy, when complete, would take the place of the log. */
    @Test
    void copyToAFile_besideALogAndAnUnfinishedCopy_isRefused() throws Exception {
        SourceLog.append(target(), events.next(10), 5);
        SourceLog.append(file(), events.next(3), 3);
        Path unfinished = elsewhere.resolve("sentinel_audit.db.migrating");
        Files.copy(elsewhere.resolve("sentinel_audit.db"), unfinished);

        assertThatThrownBy(this::copyToFile)
                .hasMessageContaining("is unfinished")
                .hasMessageContaining("keep it");
        Files.delete(unfinished);
        assertThat(read(file())).hasSize(3);
    }

    @Test
    void merging_aDatabaseOfServers_intoAFile_assignsNewPositions() {
        SourceLog.append(target(), events.next(10), 5);
        SourceLog.append(file(), events.next(3), 3);
        Migrations.Rows rows = new Migrations.Rows(false, false, RowReport.NONE);
        try (Migrations migrations =
                new Migrations(postgres(), file(), RedactionRules.full(), true, rows, new NoProgress())) {
            assertThat(migrations.run(Migrations.KeyCheck.NONE).verdict()).isInstanceOf(Verdict.Verified.class);
        }

        assertThat(read(file())).hasSize(13);
    }

    private Migrations.Result copyToFile() {
        return run(postgres(), file());
    }

    private Database postgres() {
        return target().database();
    }

    private static Migrations.Result run(Database from, StoreConfig to) {
        try (Migrations migrations = to(from, to)) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    private static Migrations to(Database from, StoreConfig to) {
        Migrations.Rows rows = new Migrations.Rows(false, false, RowReport.NONE);
        return new Migrations(from, to, RedactionRules.full(), false, rows, new NoProgress());
    }

    private Path log() {
        return directory.resolve("sentinel_audit.db");
    }

    private StoreConfig source() {
        return SourceLog.config(directory, "sqlite:sentinel_audit.db");
    }

    private StoreConfig target() {
        return SourceLog.config(directory, url);
    }

    private StoreConfig file() {
        return SourceLog.config(elsewhere, "sqlite:sentinel_audit.db");
    }

    private void append(int count) {
        SourceLog.append(source(), events.next(count), 1_000);
    }

    private PythonFile python(int rows) throws SQLException {
        PythonFile python = new PythonFile(directory.resolve("python.db"), "metadata");
        for (int i = 0; i < rows; i++) {
            python.add("agent-" + i, "{\"n\":" + i + "}");
        }
        return python;
    }

    private Migrations.Result copy() {
        return run(log(), target(), false);
    }

    private static Migrations.Result run(Path from, StoreConfig to, boolean merge) {
        try (Migrations migrations = migrations(from, to, merge)) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    private static Migrations.Result run(Path from, StoreConfig to, Migrations.Rows rows) {
        try (Migrations migrations =
                new Migrations(new Database.Sqlite(from), to, RedactionRules.full(), false, rows, new NoProgress())) {
            return migrations.run(Migrations.KeyCheck.NONE);
        }
    }

    private static Migrations migrations(Path from, StoreConfig to, boolean merge) {
        return new Migrations(from, to, RedactionRules.full(), merge, new NoProgress());
    }

    private static List<StoredEvent> read(StoreConfig config) {
        return SourceLog.with(config, SourceLog::whole);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static ApiKey key(String id) {
        return new ApiKey(
                id, "name of " + id, TokenHash.of(id), Set.of(Scope.INGEST), "", null, THEN, null, null, null);
    }
}
