package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.lsm.LsmCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An id that the table has must never be denied. */
class IdFiltersTest {
    private static final int SAMPLE = 20_000;

    @TempDir
    private Path directory;

    private final Random random = new Random(42);
    private final List<UUID> ids = new ArrayList<>();
    private Connection index;

    @BeforeEach
    void open() throws SQLException {
        index = Sqlite.openWriter(directory.resolve("index.db"), "OFF");
        IndexSchema.create(index, "log");
        index.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        index.close();
    }

    /** The vector for 16 bytes of https://github.com/veorq/SipHash/blob/master/vectors.h. */
    @Test
    void hash_ofTheReferenceInput_isTheReferenceHash() {
        byte[] key = new byte[SipHash.KEY_BYTES];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }

        assertThat(new SipHash(key).of(0x0706050403020100L, 0x0f0e0d0c0b0a0908L))
                .isEqualTo(0x3f2acc7f57c29bdbL);
    }

    @Test
    void mayContain_notOpenYet_isTrueForAll() {
        assertThat(new IdFilters().mayContain(new UUID(1, 2))).isTrue();
    }

    @Test
    void mayContain_fullRange_deniesNoIdAndNearlyAllOthers() throws SQLException {
        IdFilters filters = opened();
        Random added = new Random(7);
        for (long seq = 0; seq < IdFilter.RANGE; seq++) {
            filters.add(new UUID(added.nextLong(), added.nextLong()), seq);
        }

        Random again = new Random(7);
        for (int i = 0; i < IdFilter.RANGE; i++) {
            assertThat(filters.mayContain(new UUID(again.nextLong(), again.nextLong())))
                    .isTrue();
        }
        assertThat(falsePositives(filters)).isLessThan(SAMPLE / 60);
    }

    /** Four times as many ranges as filters: all neighbors are merged repeatedly. */
    @Test
    void mayContain_moreRangesThanFilters_deniesNoIdAlsoAfterReopening() throws SQLException {
        IdFilters filters = opened();
        for (long range = 0; range < 4 * IdFilters.MAX; range++) {
            for (int i = 0; i < 300; i++) {
                add(filters, range * IdFilter.RANGE + random.nextInt(IdFilter.RANGE));
            }
            if (range % 7 == 0) {
                filters.write(index, 0);
                index.commit();
                filters.written();
            }
        }
        assertNoneIsDenied(filters);
        filters.write(index, 0);
        index.commit();

        assertNoneIsDenied(opened());
        assertThat(Sqlite.queryLong(index, "SELECT count(*) FROM id_filters")).isEqualTo(IdFilters.MAX);
        assertThat(Sqlite.queryLong(index, "SELECT sum(ranges) FROM id_filters"))
                .isEqualTo(4 * IdFilters.MAX);
    }

    @Test
    void open_filterMissingOrDamaged_lacksAllIds() throws SQLException {
        for (String damage : List.of(
                "DELETE FROM id_filters",
                "DELETE FROM id_filters WHERE first_range = 0",
                "UPDATE id_filters SET ranges = 2",
                "UPDATE id_filters SET key = randomblob(16) WHERE first_range = 1",
                "UPDATE id_filters SET key = randomblob(16)",
                "UPDATE id_filters SET key = x'000102030405060708090a0b0c0d0e0f'",
                "UPDATE id_filters SET key = x''",
                "UPDATE id_filters SET crc = crc + 1",
                "UPDATE id_filters SET bits = x''",
                "UPDATE id_filters SET bits = zeroblob(length(bits))",
                "UPDATE id_filters SET bits = substr(bits, 9)")) {
            Sqlite.execute(index, "DELETE FROM id_filters");
            IdFilters written = opened();
            add(written, 0);
            add(written, 2 * IdFilter.RANGE - 1);
            written.write(index, 2 * IdFilter.RANGE);
            assertThat(new IdFilters().open(index)).as("before: %s", damage).isEqualTo(2 * IdFilter.RANGE);
            Sqlite.execute(index, damage);

            IdFilters filters = new IdFilters();

            assertThat(filters.open(index)).as(damage).isZero();
            assertThat(ids).as("none is denied until the filters are complete").allMatch(filters::mayContain);
            filters.complete();
            assertThat(falsePositives(filters)).as("nothing is left of them").isZero();
            index.rollback();
        }
    }

    @Test
    void open_filtersEndBeforeTheirIds_lackAllIds() throws SQLException {
        IdFilters filters = opened();
        add(filters, 1);
        filters.write(index, IdFilter.RANGE + 1);

        assertThat(new IdFilters().open(index)).isZero();
    }

    /** What was added in the transaction stays, and is written by the next one. */
    @Test
    void write_rolledBack_nextWriteHasEverything() throws SQLException {
        IdFilters filters = opened();
        add(filters, 5);
        filters.write(index, 0);
        index.rollback();
        add(filters, 6);
        filters.write(index, 0);
        index.commit();

        assertNoneIsDenied(filters);
        assertNoneIsDenied(opened());
    }

    @Test
    void seqsOf_newIds_doesNotReadTheTree() throws Exception {
        SqliteFiles files = SqliteFiles.of(directory.resolve("some.db"));
        RecentIds recent = new RecentIds();
        Events events = new Events(3);
        try (EventLog log = EventLog.open(files.log());
                EventIndex writer = IndexFile.open(files, log, recent, Clock.systemUTC());
                IndexLookup lookup = IndexLookup.open(files.index(), recent, new LsmCache())) {
            var stored = new ArrayList<StoredEvent>();
            for (var event : events.next(5_000)) {
                stored.add(new StoredEvent(stored.size(), event.timestamp(), event, Seals.ANY));
                recent.put(event.eventId(), stored.size() - 1L);
            }
            writer.add(stored.stream().map(IndexEntry::of).toList());
            recent.removeBefore(5_000);

            assertThat(lookup.seqsOf(events.next(1_000))).isEmpty();
            assertThat(lookup.treeLookups()).as("look-ups of new ids").isLessThan(20);

            assertThat(lookup.seqsOf(stored.stream().map(each -> each.event()).toList()))
                    .hasSize(5_000);
            assertThat(lookup.treeLookups()).isGreaterThanOrEqualTo(5_000);
        }
    }

    /** As after a crash: they are read from the log, and written at once, not again at each start. */
    @ParameterizedTest
    @ValueSource(strings = {"DELETE FROM id_filters", "UPDATE progress SET filters_seq = 40"})
    void open_filtersLackIds_areCompletedFromTheLog(String loss) throws Exception {
        SqliteFiles files = SqliteFiles.of(directory.resolve("some.db"));
        try (EventLog log = EventLog.open(files.log())) {
            List<StoredEvent> stored = new ArrayList<>();
            for (var event : new Events(3).next(100)) {
                stored.add(new StoredEvent(stored.size(), event.timestamp(), event, Seals.ANY));
            }
            log.append(stored);
            try (EventIndex writer = IndexRebuild.open(files, log, new RecentIds(), Clock.systemUTC())) {
                writer.flush();
            }
            try (Connection connection = Sqlite.openWriter(files.index(), "OFF")) {
                Sqlite.execute(connection, loss);
            }
            RecentIds recent = new RecentIds();

            try (EventIndex writer = IndexFile.open(files, log, recent, Clock.systemUTC());
                    Connection connection = Sqlite.openReader(files.index())) {
                assertThat(writer.nextSeq()).isEqualTo(100);
                assertThat(stored)
                        .allMatch(
                                each -> recent.indexed().mayContain(each.event().eventId()));
                assertThat(falsePositives(recent.indexed())).isZero();
                assertThat(Sqlite.queryLong(connection, "SELECT filters_seq FROM progress"))
                        .isEqualTo(100);
            }
        }
    }

    /** One thread moves ids from the memory to the table, as the index writer does, while another one asks. */
    @Test
    void seqsOf_whileIdsMoveToTheTable_findsEveryId() throws Exception {
        SqliteFiles files = SqliteFiles.of(directory.resolve("some.db"));
        Files.createDirectories(files.log().getParent());
        RecentIds recent = new RecentIds();
        try (EventLog log = EventLog.open(files.log());
                EventIndex writer = IndexFile.open(files, log, recent, Clock.systemUTC());
                IndexLookup lookup = IndexLookup.open(files.index(), recent, new LsmCache())) {
            List<StoredEvent> stored = new ArrayList<>();
            for (var event : new Events(9).next(20_000)) {
                stored.add(new StoredEvent(stored.size(), event.timestamp(), event, Seals.ANY));
            }
            AtomicLong end = new AtomicLong();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    for (int from = 0; from < stored.size(); from += 200) {
                        var batch = stored.subList(from, from + 200);
                        batch.forEach(each -> recent.put(each.event().eventId(), each.seq()));
                        end.set(from + 200L);
                        writer.add(batch.stream().map(IndexEntry::of).toList());
                        writer.keepUp(200);
                        recent.removeBefore(from + 200L);
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            boolean last = false;
            while (!last) {
                last = writing.isDone();
                int known = (int) end.get();
                List<AuditEvent> asked = new ArrayList<>();
                for (int i = 0; i < 100 && known > 0; i++) {
                    int newest = Math.min(known, 400);
                    asked.add(stored.get(known - 1 - random.nextInt(newest)).event());
                }
                assertThat(lookup.seqsOf(asked).keySet())
                        .containsAll(asked.stream().map(each -> each.eventId()).toList());
            }
            writing.join();
        }
    }

    private IdFilters opened() throws SQLException {
        IdFilters filters = new IdFilters();
        filters.open(index);
        filters.complete();
        return filters;
    }

    private void add(IdFilters filters, long seq) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        filters.add(id, seq);
        ids.add(id);
    }

    private void assertNoneIsDenied(IdFilters filters) {
        assertThat(ids).allMatch(filters::mayContain);
    }

    private int falsePositives(IdFilters filters) {
        int positives = 0;
        for (int i = 0; i < SAMPLE; i++) {
            positives += filters.mayContain(new UUID(random.nextLong(), random.nextLong())) ? 1 : 0;
        }
        return positives;
    }
}
