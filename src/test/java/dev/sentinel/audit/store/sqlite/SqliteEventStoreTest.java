package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.EventStoreContract;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.Found;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.StatsLevel;
import dev.sentinel.audit.store.StatsQuery;
import dev.sentinel.audit.store.Tally;
import dev.sentinel.audit.store.TallyQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
final class SqliteEventStoreTest extends EventStoreContract {
    /** The size of those of SQLite, in bytes. */
    private static final int PAGE = 4096;

    private static final StoreConfig CONFIG =
            SentinelConfig.fromEnvironment(Map.of("READERS", "2")).store();

    @TempDir
    private Path directory;

    private Vertx vertx;
    private SqliteEventStore store;

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
        LocalCodec.register(vertx);
        store = openStore();
    }

    @AfterEach
    void close() {
        await(store.close());
    }

    @Override
    protected EventStore store() {
        return store;
    }

    /** No message, no other thread. */
    /** A slice of them would be a value that is longer than SQLite may make one. */
    @Test
    void tally_eventsWithTheLongestTexts_areCounted() {
        Events samples = new Events(5);
        String name = "\u540d".repeat(250);
        for (int stored = 0; stored < 3_600; stored += 400) {
            await(store().append(samples.next(400).stream()
                    .map(event -> event.toBuilder()
                            .resource("\u540d".repeat(1_020))
                            .sessionId(name)
                            .onBehalfOf(name)
                            .build())
                    .toList()));
        }

        Tally tally = await(
                store().tally(TallyQuery.within(Events.START, Events.START.plusSeconds(10_000), 3, EventFilter.ALL)));

        assertThat(tally.stats().totals().events()).isEqualTo(3_600);
    }

    @Test
    void append_onTheContextThatWrites_isDoneWhenItReturns() {
        Promise<Boolean> done = Promise.promise();
        store.writerContext().orElseThrow().runOnContext(now -> {
            Future<List<Outcome>> appended = store.append(new Events(1).next(2));
            done.complete(appended.succeeded() && appended.result().size() == 2);
        });

        assertThat(await(done.future())).isTrue();
    }

    /** Somebody has changed the file. The event cannot be compared, but others must not suffer. */
    @Test
    void append_duplicateOfARowThatIsNoEvent_failsAndTheNextIsStored() throws Exception {
        List<AuditEvent> events = new Events(1).next(3);
        await(store.append(events.subList(0, 2)));
        await(store.close());
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.db"))) {
            Sqlite.execute(log, "PRAGMA ignore_check_constraints=ON");
            Sqlite.execute(log, "UPDATE audit_events SET status = 'nonsense' WHERE seq = 0");
        }
        store = openStore();

        assertThatThrownBy(() -> await(store.append(events.subList(0, 1))))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("cannot be read");
        assertThat(await(store.append(events.subList(2, 3)))).hasOnlyElementsOfType(Outcome.Captured.class);
    }

    @Test
    void open_secondTime_continuesTheLog() {
        await(store.append(new Events(1).next(10)));

        reopen();

        await(store.append(new Events(2).next(10)));
        assertThat(found(EventQuery.all(100)))
                .extracting(stored -> stored.seq())
                .hasSize(20)
                .contains(0L, 19L);
    }

    @Test
    void open_indexDeleted_isRebuilt() throws IOException {
        await(store.append(new Events(1).next(100)));
        await(store.close());
        Files.delete(file("sentinel_audit.index.db"));

        store = openStore();

        assertThat(found(EventQuery.all(1_000))).hasSize(100);
    }

    /** A search reads a few events first, since they are mostly enough. */
    @Test
    void search_onlyEventIsFarBehind_isOnTheFirstPage() {
        List<AuditEvent> events = new ArrayList<>(new Events(1).next(SearchSql.FIRST_SLICE + 500));
        events.set(
                0,
                events.get(0).toBuilder()
                        .resource("wanted")
                        .timestamp(Events.START.minusSeconds(1))
                        .build());
        await(store.append(events));

        assertThat(found(EventQuery.all(10).withFilter(filter -> filter.resources(Set.of("wanted")))))
                .hasSize(1);
    }

    @Test
    void open_treesDamaged_indexIsRebuilt() throws Exception {
        List<AuditEvent> events = new Events(1).next(2_000);
        await(store.append(events));
        await(store.close());
        overwriteTable(file("sentinel_audit.index.db"), "lsm_blobs");

        store = openStore();

        assertThat(await(store.append(events))).hasOnlyElementsOfType(Outcome.Duplicate.class);
        assertThat(found(EventQuery.all(10))).hasSize(10);
    }

    @Test
    void append_blobOfTheIndexChanged_nextStartRebuilds() throws Exception {
        List<AuditEvent> events = new Events(1).next(2_000);
        await(store.append(events));
        await(store.close());
        executeOnIndex("UPDATE lsm_blobs SET bytes = zeroblob(length(bytes))");
        store = openStore();

        assertThatThrownBy(() -> await(store.append(events.subList(0, 1)))).hasMessageContaining("index is damaged");

        reopen();
        assertThat(await(store.append(events.subList(0, 1)))).hasOnlyElementsOfType(Outcome.Duplicate.class);
    }

    @Test
    void search_blobOfTheIndexChanged_nextStartRebuilds() throws Exception {
        await(store.append(new Events(1).next(2_000)));
        await(store.close());
        executeOnIndex("UPDATE lsm_blobs SET bytes = zeroblob(length(bytes))");
        store = openStore();

        assertThatThrownBy(() -> await(store.search(EventQuery.all(10)))).hasMessageContaining("the query failed");

        reopen();
        assertThat(found(EventQuery.all(10))).hasSize(10);
    }

    @Test
    void open_filtersDamaged_indexIsRebuilt() throws Exception {
        List<AuditEvent> events = new Events(1).next(2_000);
        await(store.append(events));
        await(store.close());
        overwriteTable(file("sentinel_audit.index.db"), "id_filters");

        store = openStore();

        assertThat(await(store.append(events))).hasOnlyElementsOfType(Outcome.Duplicate.class);
    }

    /** The index writer fails, but not for the events, and the next start repairs the cause. */
    @Test
    void append_sumsContradictTheEvents_isIndexedAndTheNextStartRebuilds() throws SQLException {
        await(store.append(new Events(1).next(100)));
        await(store.close());
        executeOnIndex("INSERT INTO late_spans VALUES (0, 0, 50000, 50000)");
        store = openStore();

        await(store.append(new Events(2).next(100)));
        assertThat(found(EventQuery.all(1_000))).hasSize(200);

        reopen();
        assertThat(found(EventQuery.all(1_000))).hasSize(200);
        try (Connection index = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.index.db"))) {
            assertThat(Sqlite.queryLong(index, "SELECT count(*) FROM late_spans WHERE span = 0"))
                    .isZero();
        }
    }

    @Test
    void open_indexShorterThanItSaysButWholeWithItsWal_isKept() throws Exception {
        await(store.append(new Events(1).next(2_000)));
        await(store.close());
        Path index = file("sentinel_audit.index.db");
        Path copy = directory.resolve("killed.index.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + index)) {
            Sqlite.execute(connection, "PRAGMA wal_autocheckpoint=0");
            Sqlite.execute(connection, "BEGIN");
            Sqlite.execute(connection, "CREATE TABLE large (text)");
            Sqlite.execute(connection, "INSERT INTO large VALUES (zeroblob(100000))");
            Sqlite.execute(connection, "COMMIT");
            // As after a kill during a checkpoint: the first page contains the future length of the file.
            Files.copy(index, copy);
            Files.copy(wal(index), wal(copy));
            long pages = Sqlite.queryLong(connection, "PRAGMA page_count");
            try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
                file.seek(28);
                file.writeInt((int) pages);
            }
        }
        Files.move(copy, index, StandardCopyOption.REPLACE_EXISTING);
        Files.move(wal(copy), wal(index), StandardCopyOption.REPLACE_EXISTING);

        store = openStore();

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + index)) {
            assertThat(Sqlite.queryLong(connection, "SELECT count(*) FROM large"))
                    .isOne();
        }
    }

    @Test
    void open_afterACrash_knowsAllIds() throws Exception {
        List<AuditEvent> events = new Events(1).next(500);
        await(store.append(events));
        await(store.search(EventQuery.all(1)));
        Path crashed = Files.createDirectory(directory.resolve("crashed"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, crashed.resolve(file.getFileName()));
            }
        }

        SqliteEventStore again =
                await(SqliteEventStore.open(vertx, crashed.resolve("sentinel_audit.db"), CONFIG, clock));
        try {
            assertThat(await(again.append(events))).hasOnlyElementsOfType(Outcome.Duplicate.class);
            assertThat(await(again.find(events.get(7).eventId()))).isPresent();
        } finally {
            await(again.close());
        }
    }

    private List<StoredEvent> found(EventQuery query) {
        return Found.events(await(store.search(query)));
    }

    private static Path wal(Path database) {
        return database.resolveSibling(database.getFileName() + "-wal");
    }

    /** A query that waits for the index must not run on the index writer's thread, which may always be busy. */
    @Test
    void search_whileEventsKeepArriving_isAnswered() {
        Events events = new Events(1);
        AtomicBoolean stop = new AtomicBoolean();
        Future<Void> load = appendUntil(stop, events);
        try {
            for (int i = 0; i < 50; i++) {
                assertThat(found(EventQuery.all(10)).size()).isLessThanOrEqualTo(10);
            }
        } finally {
            stop.set(true);
        }
        await(load);
    }

    private Future<Void> appendUntil(AtomicBoolean stop, Events events) {
        return stop.get()
                ? Future.succeededFuture()
                : store.append(events.next(50)).compose(done -> appendUntil(stop, events));
    }

    @Test
    void rebuild_largeEvents_takesSeveralBatches() throws Exception {
        String metadata = "{\"x\":\"" + "x".repeat(60_000) + "\"}";
        List<AuditEvent> large = new Events(1)
                .next(400).stream().map(event -> withMetadata(event, metadata)).toList();
        await(store.append(large));
        await(store.close());

        try (EventLog log = EventLog.open(file("sentinel_audit.db"))) {
            assertThat(log.readFrom(0, 10_000)).hasSizeLessThan(400).isNotEmpty();
        }
        Files.delete(file("sentinel_audit.index.db"));
        store = openStore();
        assertThat(store.status().indexed()).isEqualTo(400);
    }

    private static AuditEvent withMetadata(AuditEvent event, String metadata) {
        return event.toBuilder().metadata(metadata).build();
    }

    /** Fills the root page of a table with invalid bytes. */
    private static void overwriteTable(Path database, String table) throws SQLException, IOException {
        long root;
        long pageSize;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            root = Sqlite.queryLong(connection, "SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'");
            pageSize = Sqlite.queryLong(connection, "PRAGMA page_size");
        }
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.seek((root - 1) * pageSize);
            byte[] garbage = new byte[(int) pageSize];
            Arrays.fill(garbage, (byte) 0xee);
            file.write(garbage);
        }
    }

    @Test
    void open_indexTruncated_isRebuilt() throws IOException {
        await(store.append(new Events(1).next(2_000)));
        await(store.close());
        try (RandomAccessFile index =
                new RandomAccessFile(file("sentinel_audit.index.db").toFile(), "rw")) {
            index.setLength(index.length() / 2);
        }

        store = openStore();

        assertThat(found(EventQuery.all(1_000))).hasSize(1_000);
    }

    @Test
    void open_indexOverwritten_isRebuilt() throws IOException {
        await(store.append(new Events(1).next(100)));
        await(store.close());
        Files.writeString(file("sentinel_audit.index.db"), "no database at all".repeat(1_000));

        store = openStore();

        assertThat(found(EventQuery.all(1_000))).hasSize(100);
    }

    @Test
    void open_olderLogRestored_indexIsRebuilt() throws IOException {
        await(store.append(new Events(1).next(10)));
        await(store.close());
        Files.copy(file("sentinel_audit.db"), file("backup.db"));
        store = openStore();
        await(store.append(new Events(2).next(10)));
        await(store.close());
        Files.delete(file("sentinel_audit.db"));
        Files.move(file("backup.db"), file("sentinel_audit.db"));

        store = openStore();

        assertThat(found(EventQuery.all(1_000))).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void open_indexOfAnEarlierVersion_isRebuilt(int version) throws SQLException {
        await(store.append(new Events(1).next(100)));
        await(store.close());
        executeOnIndex("DROP TABLE lsm_catalog");
        executeOnIndex("PRAGMA user_version=" + version);

        store = openStore();

        assertThat(found(EventQuery.all(1_000))).hasSize(100);
    }

    @Test
    void open_whileAnotherHoldsIt_isRefused() {
        assertThatThrownBy(this::openStore)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("another process uses this database");
    }

    @Test
    void open_newerSchema_isRefused() throws SQLException {
        await(store.close());
        execute("PRAGMA user_version=99");

        assertThatThrownBy(this::openStore).hasMessageContaining("newer version of Sentinel");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void open_olderSchema_isMigrated(int version) throws SQLException {
        AuditEvent event = new Events(1).next();
        await(store.append(List.of(event)));
        await(store.close());
        OlderLog.to(file("sentinel_audit.db"), version);
        store = openStore();

        AuditEvent later = new Events(2)
                .next().toBuilder()
                        .redacted("{}")
                        .submittedBy("key")
                        .sessionId("session")
                        .build();
        await(store.append(List.of(later)));
        assertThat(await(store.find(event.eventId())).orElseThrow().event()).isEqualTo(event);
        assertThat(await(store.find(later.eventId())).orElseThrow().event()).isEqualTo(later);
    }

    /** Of a log of a hundred million events, that would take hours; and what is written again can be lost. */
    @Test
    void open_olderSchema_writesNoRowAgain() throws Exception {
        for (int i = 0; i < 10; i++) {
            await(store.append(new Events(i).next(1_000)));
        }
        await(store.close());
        OlderLog.to(file("sentinel_audit.db"), 2);
        byte[] before = Files.readAllBytes(file("sentinel_audit.db"));
        store = openStore();
        await(store.close());
        byte[] after = Files.readAllBytes(file("sentinel_audit.db"));

        int changed = 0;
        for (int page = 0; page < before.length; page += PAGE) {
            changed += Arrays.equals(before, page, page + PAGE, after, page, page + PAGE) ? 0 : 1;
        }
        assertThat(before.length / PAGE).isGreaterThan(500);
        assertThat(changed).as("pages of the schema").isBetween(1, 6);
        store = openStore();
    }

    @Test
    void open_otherProgramsDatabase_isRefused() throws SQLException, IOException {
        await(store.close());
        Files.delete(file("sentinel_audit.db"));
        execute("CREATE TABLE recipes (id INTEGER)");

        assertThatThrownBy(this::openStore).hasMessageContaining("database of another program");
    }

    @Test
    void open_notADatabase_isRefused() throws IOException {
        await(store.close());
        Files.writeString(file("sentinel_audit.db"), "no database at all".repeat(1_000));

        assertThatThrownBy(this::openStore).hasMessageContaining("not an SQLite database");
    }

    @Test
    void rollups_afterAppends_addUpToTheLog() throws SQLException {
        await(store.append(new Events(1).next(500)));
        await(store.close());

        try (Connection index = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.index.db"))) {
            assertThat(Sqlite.queryLong(index, "SELECT sum(events) FROM resource_rollups WHERE level = 0"))
                    .isEqualTo(500);
        }
        store = openStore();
    }

    @Override
    protected Map<StatsLevel, Long> summedUntil() throws SQLException {
        // After an answered query, the index is complete.
        await(store.stats(StatsQuery.covering(Events.START, Events.START.plusSeconds(60), "", null, 1)));
        Map<StatsLevel, Long> until = new EnumMap<>(StatsLevel.class);
        try (Connection index = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.index.db"));
                PreparedStatement select =
                        index.prepareStatement("SELECT level, summed_until FROM rollup_levels WHERE level > 0");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                until.put(RollupWriter.level(rows.getInt(1)), rows.getLong(2));
            }
        }
        return until;
    }

    private SqliteEventStore openStore() {
        return await(SqliteEventStore.open(vertx, file("sentinel_audit.db"), CONFIG, clock));
    }

    private void reopen() {
        await(store.close());
        store = openStore();
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    @Override
    protected void forgetSeals() throws SQLException {
        execute("UPDATE audit_events SET resource_seal = NULL, metadata_seal = NULL");
    }

    private void executeOnIndex(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.index.db"))) {
            Sqlite.execute(connection, sql);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file("sentinel_audit.db"))) {
            Sqlite.execute(connection, sql);
        }
    }
}
