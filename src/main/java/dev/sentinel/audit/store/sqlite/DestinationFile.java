package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Stores destinations in a separate small SQLite file, {@code sentinel_audit.state.db}: cursors are saved all the time,
 * and that must not cost the writer of the log anything. The command line may write it while the server runs.
 *
 * <p>Blocking, one thread at a time: for commands, and for the thread of {@link SqliteDestinationStore}. Methods keep
 * the promises of {@link DestinationStore} and throw {@link dev.sentinel.audit.failure.Failure}.
 */
final class DestinationFile implements AutoCloseable {
    /** Milliseconds, by the clock of the database, which is that of this machine. */
    private static final String NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

    private static final String COLUMNS = "id, definition, revision, next_seq, replay_of, until_seq, state, error,"
            + " refused, CASE WHEN lease_until_ms > " + NOW + " THEN owner END, fence, advanced_ms";

    private final StateFile state;

    private DestinationFile(StateFile state) {
        this.state = state;
    }

    /**
     * Opens or creates the file beside a log. Throws {@link dev.sentinel.audit.failure.Unusable} if it cannot be used.
     */
    static DestinationFile open(Path log) {
        return new DestinationFile(StateFile.open(log));
    }

    /** Reads a file on a connection that its caller has opened and checked. */
    static List<DestinationStore.Adopted> read(Connection connection) {
        DestinationFile file = new DestinationFile(new StateFile(connection));
        return file.all().stream()
                .map(row -> new DestinationStore.Adopted(row, file.refused(row.id())))
                .toList();
    }

    List<StoredDestination> all() {
        return select("SELECT " + COLUMNS + " FROM destinations ORDER BY id");
    }

    private List<StoredDestination> select(String sql, Object... parameters) {
        try (PreparedStatement select = prepare(sql, parameters);
                ResultSet row = select.executeQuery()) {
            List<StoredDestination> found = new ArrayList<>();
            while (row.next()) {
                found.add(read(row));
            }
            return found;
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    private static StoredDestination read(ResultSet row) throws SQLException {
        String replayOf = row.getString(5);
        long advanced = row.getLong(12);
        return new StoredDestination(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                replayOf == null ? null : new StoredDestination.Replay(replayOf, row.getLong(6)),
                DestinationState.ofWireName(row.getString(7)),
                row.getString(8),
                row.getLong(9),
                row.getString(10),
                row.getLong(11),
                advanced == 0 ? null : Instant.ofEpochMilli(advanced));
    }

    boolean add(StoredDestination added) {
        return inTransaction(() -> insert(added));
    }

    private boolean insert(StoredDestination added) throws SQLException {
        StoredDestination.Replay replay = added.replay();
        return update(
                "INSERT INTO destinations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 0, 0, ?) ON CONFLICT DO NOTHING",
                added.id(),
                added.definition(),
                added.revision(),
                added.next(),
                replay == null ? null : replay.of(),
                replay == null ? null : replay.until(),
                added.state().wireName(),
                added.error(),
                added.refused(),
                added.advanced() == null ? null : added.advanced().toEpochMilli());
    }

    boolean define(String id, String definition) {
        return inTransaction(() ->
                update("UPDATE destinations SET definition = ?, revision = revision + 1 WHERE id = ?", definition, id));
    }

    boolean steer(String id, DestinationState state, OptionalLong next) {
        return inTransaction(() -> {
            if (next.isPresent()) {
                update(
                        "UPDATE destinations SET next_seq = ?, owner = NULL, lease_until_ms = 0, fence = ?"
                                + " WHERE id = ?",
                        next.getAsLong(),
                        nextFence(),
                        id);
            }
            return update(
                    "UPDATE destinations SET state = ?, error = NULL, revision = revision + 1"
                            + " WHERE id = ? AND (? OR state <> 'reset')",
                    state.wireName(),
                    id,
                    next.isPresent());
        });
    }

    boolean hold(String id, long next, String error) {
        return inTransaction(() -> update(
                "UPDATE destinations SET state = 'reset', error = ?, revision = revision + 1"
                        + " WHERE id = ? AND next_seq = ? AND state <> 'reset'",
                error,
                id,
                next));
    }

    boolean remove(String id) {
        return inTransaction(() -> {
            update(
                    "DELETE FROM refused_events WHERE destination = ?1 OR destination IN"
                            + " (SELECT id FROM destinations WHERE replay_of = ?1)",
                    id);
            update("DELETE FROM destinations WHERE replay_of = ?", id);
            return update("DELETE FROM destinations WHERE id = ?", id);
        });
    }

    Optional<StoredDestination> own(String id, String server, Duration lease) {
        return inTransaction(() -> {
            boolean renewed = update(
                    "UPDATE destinations SET lease_until_ms = " + NOW + " + ? WHERE id = ? AND owner = ?",
                    lease.toMillis(),
                    id,
                    server);
            boolean owned = renewed
                    || update(
                            "UPDATE destinations SET owner = ?, lease_until_ms = " + NOW
                                    + " + ?, fence = ? WHERE id = ? AND lease_until_ms <= " + NOW,
                            server,
                            lease.toMillis(),
                            nextFence(),
                            id);
            return owned
                    ? select("SELECT " + COLUMNS + " FROM destinations WHERE id = ?", id).stream()
                            .findFirst()
                    : Optional.empty();
        });
    }

    private long nextFence() throws SQLException {
        update("UPDATE fences SET last = last + 1");
        return state.queryLong("SELECT last FROM fences");
    }

    void release(String server) {
        inTransaction(() -> update("UPDATE destinations SET owner = NULL, lease_until_ms = 0 WHERE owner = ?", server));
    }

    /** The caller is the only server, because it holds the lock of the log: whoever had leases has ended. */
    void releaseAll() {
        inTransaction(() -> update("UPDATE destinations SET owner = NULL, lease_until_ms = 0"));
    }

    boolean advance(String id, long fence, long next) {
        return inTransaction(() -> moveCursor(id, fence, next));
    }

    private boolean moveCursor(String id, long fence, long next) throws SQLException {
        return update(
                "UPDATE destinations SET next_seq = max(next_seq, ?), advanced_ms = " + NOW
                        + " WHERE id = ? AND fence = ?",
                next,
                id,
                fence);
    }

    boolean report(String id, long fence, long revision, DestinationState state, @Nullable String error) {
        return inTransaction(() -> update(
                "UPDATE destinations SET state = ?, error = ? WHERE id = ? AND fence = ? AND revision = ?",
                state.wireName(),
                error,
                id,
                fence,
                revision));
    }

    boolean skip(String id, long fence, RefusedEvent event) {
        return inTransaction(() -> {
            boolean counted = update(
                    "UPDATE destinations SET refused = refused + 1 WHERE id = ? AND fence = ?"
                            + " AND (SELECT count(*) FROM refused_events r"
                            + " WHERE r.destination = coalesce(replay_of, id)) < " + DestinationStore.MAX_REFUSED,
                    id,
                    fence);
            if (counted) {
                update(
                        "INSERT INTO refused_events SELECT coalesce(replay_of, id), ?, ?, ? FROM destinations"
                                + " WHERE id = ? ON CONFLICT DO NOTHING",
                        event.seq(),
                        event.reason(),
                        event.at().toString(),
                        id);
                update(
                        "UPDATE destinations SET refused = refused + 1"
                                + " WHERE id = (SELECT replay_of FROM destinations WHERE id = ?)",
                        id);
                moveCursor(id, fence, event.seq() + 1);
            }
            return counted;
        });
    }

    boolean finish(String replay, long fence) {
        return inTransaction(() ->
                update("DELETE FROM destinations WHERE id = ? AND fence = ? AND replay_of IS NOT NULL", replay, fence));
    }

    void adopt(List<DestinationStore.Adopted> adopted) {
        inTransaction(() -> insertAll(adopted));
    }

    void replaceAll(List<DestinationStore.Adopted> adopted) {
        inTransaction(() -> {
            update("DELETE FROM refused_events");
            update("DELETE FROM destinations");
            return insertAll(adopted);
        });
    }

    private boolean insertAll(List<DestinationStore.Adopted> adopted) throws SQLException {
        for (DestinationStore.Adopted each : adopted) {
            boolean isNew = insert(each.destination());
            for (RefusedEvent event : isNew ? each.refused() : List.<RefusedEvent>of()) {
                update(
                        "INSERT INTO refused_events VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        each.destination().id(),
                        event.seq(),
                        event.reason(),
                        event.at().toString());
            }
        }
        return true;
    }

    List<RefusedEvent> refused(String id) {
        String sql = "SELECT seq, reason, refused_at FROM refused_events WHERE destination = ? ORDER BY seq";
        try (PreparedStatement select = prepare(sql, id);
                ResultSet row = select.executeQuery()) {
            List<RefusedEvent> found = new ArrayList<>();
            while (row.next()) {
                found.add(new RefusedEvent(row.getLong(1), row.getString(2), Instant.parse(row.getString(3))));
            }
            return found;
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    void forget(String id, long seq) {
        inTransaction(() -> update("DELETE FROM refused_events WHERE destination = ? AND seq = ?", id, seq));
    }

    private boolean update(String sql, @Nullable Object... parameters) throws SQLException {
        return state.update(sql, parameters);
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        return state.prepare(sql, parameters);
    }

    private <T> T inTransaction(Callable<T> work) {
        return state.inTransaction(work);
    }

    @Override
    public void close() {
        state.close();
    }
}
