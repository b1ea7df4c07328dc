package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import dev.sentinel.audit.store.migrate.EventSource;
import java.nio.charset.Charset;
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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    private final Charset encoding;
    private final EventReader reader;
    private final Redactor redactor;
    private final @Nullable PythonShortener shortener;

    private PythonSource(
            SourceFile file,
            PythonRow row,
            Charset encoding,
            RedactionRules rules,
            @Nullable PythonShortener shortener) {
        this.file = file;
        this.row = row;
        this.encoding = encoding;
        this.reader = new EventReader(1, rules, kind -> {});
        this.redactor = new Redactor(rules, kind -> {});
        this.shortener = shortener;
    }

    /** As the other method, without shortening. */
    public static PythonSource open(Path path, RedactionRules rules) {
        return open(path, rules, false);
    }

    /**
     * Opens a database. Throws {@link Unusable} if the file is not such a database.
     *
     * @param shorten whether to shorten values that are only too long; otherwise their rows are refused
     */
    public static PythonSource open(Path path, RedactionRules rules, boolean shorten) {
        SourceFile file = SourceFile.open(path);
        try {
            PythonRow row = PythonRow.of(file.read(PythonSource::columns));
            if (row == null) {
                throw new Unusable(file.path()
                        + " is neither a log of Sentinel nor a database of the Python server: it has no table"
                        + " audit_events with the columns of either");
            }
            return new PythonSource(
                    file, row, file.read(PythonSource::encoding), rules, shorten ? new PythonShortener(rules) : null);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Charset encoding(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("PRAGMA encoding");
                ResultSet row = select.executeQuery()) {
            row.next();
            return switch (row.getString(1)) {
                case "UTF-16le" -> StandardCharsets.UTF_16LE;
                case "UTF-16be" -> StandardCharsets.UTF_16BE;
                default -> StandardCharsets.UTF_8;
            };
        }
    }

    /** Whether this is such a database. */
    static boolean isIn(Connection connection) throws SQLException {
        return PythonRow.of(columns(connection)) != null;
    }

    /**
     * Stored columns of a table. A view or a virtual table of this name, and a generated column, run code of the file,
     * which may never end.
     */
    private static Set<String> columns(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT lower(c.name) FROM sqlite_schema s, pragma_table_xinfo(s.name) c WHERE s.type = 'table'"
                                + " AND s.rootpage > 0 AND s.name = 'audit_events' AND c.hidden = 0");
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
        List<Changed> changed = new ArrayList<>();
        long next = from;
        long length = 0;
        try (PreparedStatement select = connection.prepareStatement(row.select(MAX_ROWS))) {
            select.setLong(1, from);
            select.setLong(2, to);
            try (ResultSet rows = select.executeQuery()) {
                while (length < MAX_LENGTH && rows.next()) {
                    long position = rows.getLong(1);
                    PythonValues values = row.values(rows, encoding);
                    decode(position, values, events, refused, changed);
                    length += values.texts().values().stream()
                            .mapToLong(String::length)
                            .sum();
                    next = position + 1;
                }
            }
        }
        return new Rows(events, refused, changed, next);
    }

    private void decode(
            long position, PythonValues values, List<Row> events, List<Refused> refused, List<Changed> changed) {
        PythonShortener.Shortened shortened =
                shortener == null || values.defect() != null ? null : shortener.shorten(values);
        PythonValues kept = shortened == null ? values : shortened.values();
        String reason = values.defect();
        if (reason == null) {
            DecodedEvent decoded = decode(kept.json(true, UnaryOperator.identity()));
            if (decoded instanceof DecodedEvent.Valid valid) {
                events.add(new Row(position, valid.event()));
                String change = change(shortened, valid.event());
                if (!change.isEmpty()) {
                    changed.add(new Changed(position, change, reported(values)));
                }
                return;
            }
            reason = ((DecodedEvent.Invalid) decoded)
                    .errors().stream()
                            .map(error -> (error.pointer() + " " + error.detail()).strip())
                            .collect(Collectors.joining("; "));
        }
        refused.add(new Refused(position, reason, reported(values)));
    }

    private DecodedEvent decode(String json) {
        try {
            return reader.readJson(json.getBytes(StandardCharsets.UTF_8), SUBMITTED_BY)
                    .events()
                    .get(0);
        } catch (MalformedJsonException | TooManyEventsException e) {
            return new DecodedEvent.Invalid(null, List.of(new FieldError("", String.valueOf(e.getMessage()))));
        }
    }

    private static String change(PythonShortener.@Nullable Shortened shortened, AuditEvent event) {
        List<String> changes = new ArrayList<>();
        if (shortened != null) {
            changes.add(shortened.change());
        }
        if (event.redacted() != null) {
            changes.add("secrets removed");
        }
        return String.join("; ", changes);
    }

    /** The row for a report, which must not keep secrets either. Metadata without a secret stays JSON. */
    private String reported(PythonValues values) {
        String metadata = values.text(EventJson.METADATA);
        boolean isJson = metadata != null && PythonRow.isOneValue(metadata) && redactor.clean(metadata) == null;
        return values.json(isJson, text -> {
            String clean = redactor.clean(text);
            return clean == null ? text : clean;
        });
    }

    @Override
    public void close() {
        file.close();
    }
}
