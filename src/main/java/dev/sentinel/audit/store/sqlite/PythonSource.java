package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.store.migrate.EventSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the database of the Python server that preceded this one. Each row becomes the JSON that its client could have
 * sent and goes through {@link EventReader} like every incoming event: so it is validated, and secrets are redacted.
 */
public final class PythonSource implements EventSource {
    /** The submitter recorded for these events: the original one is unknown. */
    private static final String SUBMITTED_BY = "migrate";

    private static final int MAX_ROWS = 5_000;

    /** Characters of JSON in one slice. */
    private static final long MAX_LENGTH = 2 << 20;

    private final SourceFile file;
    private final PythonRow row;
    private final EventReader reader;

    private PythonSource(SourceFile file, PythonRow row, EventReader reader) {
        this.file = file;
        this.row = row;
        this.reader = reader;
    }

    /** Throws {@link Unusable} if the file is not such a database. */
    public static PythonSource open(Path path, RedactionRules rules) {
        SourceFile file = SourceFile.open(path);
        try {
            PythonRow row = PythonRow.of(file.read(PythonSource::columns));
            if (row == null) {
                throw new Unusable(file.path()
                        + " is neither a log of Sentinel nor a database of the Python server: it has no table"
                        + " audit_events with the columns of either");
            }
            return new PythonSource(file, row, new EventReader(1, rules, kind -> {}));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Set<String> columns(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT lower(name) FROM pragma_table_info('audit_events')");
                ResultSet rows = select.executeQuery()) {
            Set<String> columns = new HashSet<>();
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
            return columns;
        }
    }

    /** The id of the first row, which stays the same if the file is renamed. */
    @Override
    public String id() {
        return "python:"
                + idAt("SELECT event_id FROM audit_events ORDER BY rowid LIMIT 1", 0)
                        .orElse("");
    }

    @Override
    public long end() {
        return file.read(connection -> Sqlite.queryLong(connection, "SELECT max(rowid) + 1 FROM audit_events"));
    }

    @Override
    public long count(long from, long to) {
        return file.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT count(*) FROM audit_events WHERE rowid >= ? AND rowid < ?")) {
                select.setLong(1, from);
                select.setLong(2, to);
                try (ResultSet count = select.executeQuery()) {
                    return count.next() ? count.getLong(1) : 0;
                }
            }
        });
    }

    @Override
    public long agents() {
        return file.read(connection ->
                Sqlite.queryLong(connection, "SELECT count(DISTINCT agent_instance_id) FROM audit_events"));
    }

    @Override
    public Optional<String> idBefore(long position) {
        return idAt("SELECT event_id FROM audit_events WHERE rowid < ? ORDER BY rowid DESC LIMIT 1", position);
    }

    private Optional<String> idAt(String sql, long position) {
        return file.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                if (sql.contains("?")) {
                    select.setLong(1, position);
                }
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Rows read(long from, long to) {
        return file.read(connection -> slice(connection, from, to));
    }

    private Rows slice(Connection connection, long from, long to) throws SQLException {
        List<Row> events = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        long next = from;
        long length = 0;
        try (PreparedStatement select = connection.prepareStatement(row.select(MAX_ROWS))) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (length < MAX_LENGTH && rows.next()) {
                    long position = rows.getLong(1);
                    String defect = row.defect(rows);
                    String json = defect == null ? row.json(rows) : "";
                    if (defect == null) {
                        decode(position, json, events, refused);
                    } else {
                        refused.add(new Refused(position, defect));
                    }
                    length += json.length();
                    next = position + 1;
                }
            }
        }
        return new Rows(events, refused, next);
    }

    private void decode(long position, String json, List<Row> events, List<Refused> refused) {
        try {
            DecodedEvent decoded = reader.readJson(json.getBytes(StandardCharsets.UTF_8), SUBMITTED_BY)
                    .events()
                    .get(0);
            if (decoded instanceof DecodedEvent.Valid valid) {
                events.add(new Row(position, valid.event()));
            } else if (decoded instanceof DecodedEvent.Invalid invalid) {
                refused.add(new Refused(
                        position,
                        invalid.errors().stream()
                                .map(error -> (error.pointer() + " " + error.detail()).strip())
                                .collect(Collectors.joining("; "))));
            }
        } catch (MalformedJsonException | TooManyEventsException e) {
            refused.add(new Refused(position, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
