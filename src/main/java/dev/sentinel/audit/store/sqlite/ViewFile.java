package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.ViewStore;
import dev.sentinel.audit.store.ViewStore.Outcome;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores views in the file of {@link StateFile}. Blocking, one thread at a time. Methods keep the promises of
 * {@link ViewStore} and throw {@link dev.sentinel.audit.failure.Failure}.
 */
final class ViewFile implements AutoCloseable {
    private static final String SELECT = "SELECT owner, id, name, path, created_ms FROM saved_views";
    private static final String INSERT = "INSERT INTO saved_views (owner, id, name, path, created_ms)"
            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    private final StateFile state;

    ViewFile(StateFile state) {
        this.state = state;
    }

    static ViewFile open(Path log) {
        return new ViewFile(StateFile.open(log));
    }

    List<SavedView> all() {
        return select(SELECT + " ORDER BY owner, name");
    }

    List<SavedView> of(String owner) {
        return select(SELECT + " WHERE owner = ? ORDER BY name", owner);
    }

    private List<SavedView> select(String sql, Object... parameters) {
        try (PreparedStatement select = state.prepare(sql, parameters);
                ResultSet row = select.executeQuery()) {
            List<SavedView> views = new ArrayList<>();
            while (row.next()) {
                views.add(new SavedView(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        Instant.ofEpochMilli(row.getLong(5))));
            }
            return views;
        } catch (SQLException e) {
            throw Sqlite.unavailable(e);
        }
    }

    Outcome add(SavedView view) {
        return state.inTransaction(() -> {
            if (of(view.owner()).size() >= ViewStore.MAX_VIEWS) {
                return Outcome.FULL;
            }
            return insert(view) ? Outcome.DONE : Outcome.NAME_TAKEN;
        });
    }

    private boolean insert(SavedView view) throws SQLException {
        return state.update(
                INSERT,
                view.owner(),
                view.id(),
                view.name(),
                view.path(),
                view.created().toEpochMilli());
    }

    Outcome change(SavedView view) {
        return state.inTransaction(() -> {
            List<SavedView> views = of(view.owner());
            if (views.stream()
                    .anyMatch(other ->
                            other.name().equals(view.name()) && !other.id().equals(view.id()))) {
                return Outcome.NAME_TAKEN;
            }
            boolean known = state.update(
                    "UPDATE saved_views SET name = ?, path = ? WHERE owner = ? AND id = ?",
                    view.name(),
                    view.path(),
                    view.owner(),
                    view.id());
            return known ? Outcome.DONE : Outcome.UNKNOWN;
        });
    }

    boolean remove(String owner, String id) {
        return state.inTransaction(() -> state.update("DELETE FROM saved_views WHERE owner = ? AND id = ?", owner, id));
    }

    void inherit(String owner, String heir) {
        state.inTransaction(() -> state.update(
                "INSERT INTO saved_views SELECT ?, id, name, path, created_ms FROM saved_views WHERE owner = ?"
                        + " ON CONFLICT DO NOTHING",
                heir,
                owner));
    }

    void adopt(List<SavedView> views) {
        state.inTransaction(() -> insertAll(views));
    }

    void replaceAll(List<SavedView> views) {
        state.inTransaction(() -> {
            state.update("DELETE FROM saved_views");
            return insertAll(views);
        });
    }

    private boolean insertAll(List<SavedView> views) throws SQLException {
        for (SavedView view : views) {
            insert(view);
        }
        return true;
    }

    @Override
    public void close() {
        state.close();
    }
}
