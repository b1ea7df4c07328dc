package dev.sentinel.audit.store.lsm;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trees of a file through a connection. Blocking; one thread at a time. Methods throw {@link LsmDamage} if
 * the file has something that was never written.
 *
 * <p>Everything between a call of {@link #open} and the next must happen in one snapshot of the file: the runs that the
 * version names may be gone in another one.
 */
public final class LsmReader implements AutoCloseable {
    private final LsmCache cache;
    private final PreparedStatement selectBlob;
    private final PreparedStatement selectRuns;
    private final PreparedStatement selectSegments;
    private @Nullable Catalog catalog;

    /**
     * Prepares the statements; reads nothing yet.
     *
     * @param cache of this file
     */
    public LsmReader(Connection connection, LsmCache cache) throws SQLException {
        this.cache = cache;
        this.selectBlob = connection.prepareStatement("SELECT bytes FROM lsm_blobs WHERE id = ?");
        this.selectRuns = connection.prepareStatement("SELECT run, tree FROM lsm_runs");
        this.selectSegments = connection.prepareStatement("SELECT first_block, blocks, entries, min_time, max_time,"
                + " high, low, time, seq FROM lsm_segments WHERE run = ? ORDER BY place");
    }

    /**
     * Makes the runs of a version those that walks read.
     *
     * @param version what {@link LsmSchema#VERSION} selects in the snapshot of this connection
     */
    public void open(long version) throws SQLException {
        if (catalog != null && catalog.version() == version) {
            return;
        }
        Catalog cached = cache.catalog(version);
        if (cached == null) {
            cached = load(version);
            cache.add(cached);
        }
        catalog = cached;
    }

    /** Reads the runs of the snapshot, which must have this version. */
    Catalog load(long version) throws SQLException {
        Catalog loaded = new Catalog(runs());
        if (loaded.version() != version) {
            throw new LsmDamage("list of runs");
        }
        return loaded;
    }

    /** Makes these the runs that walks read. */
    void open(Catalog runs) {
        catalog = runs;
    }

    private List<Run> runs() throws SQLException {
        Catalog known = cache.newest();
        List<Run> runs = new ArrayList<>();
        try (ResultSet row = selectRuns.executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                Run run = known == null ? null : known.run(id);
                runs.add(run == null ? Run.of(id, row.getInt(2), segments(id)) : run);
            }
        }
        return runs;
    }

    private List<Segment> segments(long run) throws SQLException {
        List<Segment> segments = new ArrayList<>();
        selectSegments.setLong(1, run);
        try (ResultSet row = selectSegments.executeQuery()) {
            while (row.next()) {
                segments.add(new Segment(
                        row.getLong(1),
                        row.getInt(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        new Place(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9))));
            }
        }
        if (segments.isEmpty()) {
            throw new LsmDamage("run " + run + " without segments");
        }
        return segments;
    }

    /** Visits the entries of a key in a range. */
    public Walk walk(Tree tree, Key key, Range range) {
        return walk(tree, List.of(key), range);
    }

    /**
     * Visits the entries of several keys in a range, in the order of time and position.
     *
     * @param keys different ones
     */
    public Walk walk(Tree tree, List<Key> keys, Range range) {
        List<RunWalk> walks = new ArrayList<>();
        for (Run run : Objects.requireNonNull(catalog, "not open").runs(tree)) {
            if (run.maxTime() >= range.fromTime() && run.minTime() <= range.toTime()) {
                for (Key key : keys) {
                    walks.add(
                            range.newestFirst()
                                    ? new ForwardWalk(this, run, key, range)
                                    : new BackwardWalk(this, run, key, range));
                }
            }
        }
        return new Walk(walks, range.newestFirst());
    }

    SegmentHeader header(Segment segment) throws SQLException {
        SegmentHeader header = cache.header(segment.headerId());
        if (header == null) {
            header = new SegmentHeader(blob(segment.headerId()), segment.blocks());
            cache.add(segment.headerId(), header);
        }
        return header;
    }

    byte[] blob(long id) throws SQLException {
        selectBlob.setLong(1, id);
        byte[] blob;
        try (ResultSet row = selectBlob.executeQuery()) {
            blob = row.next() ? row.getBytes(1) : null;
        }
        if (blob == null) {
            throw new LsmDamage("no blob " + id);
        }
        Checksum.check(blob, id);
        return blob;
    }

    @Override
    public void close() throws SQLException {
        selectBlob.close();
        selectRuns.close();
        selectSegments.close();
    }
}
