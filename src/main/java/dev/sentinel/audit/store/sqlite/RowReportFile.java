package dev.sentinel.audit.store.sqlite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.store.migrate.EventSource;
import dev.sentinel.audit.store.migrate.RowReport;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows that a migration refuses or changes as NDJSON to a new file that only its owner can read. The member
 * {@code event} can be repaired and sent. The file is created with the first row. Blocking, one thread; failures are
 * {@link Unusable} with one line.
 */
public final class RowReportFile implements RowReport, AutoCloseable {
    private final JsonFactory json = new JsonFactory();
    private final Path file;
    private @Nullable Writer writer;
    private long rows;

    /** @param file must not exist */
    public RowReportFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    public Path file() {
        return file;
    }

    /** The number of rows in the file; 0 if there is none. */
    public long rows() {
        return rows;
    }

    @Override
    public void refused(EventSource.Refused row) {
        write(row.position(), "refused", row.reason(), row.event());
    }

    @Override
    public void changed(EventSource.Changed row) {
        write(row.position(), "changed", row.change(), row.event());
    }

    private void write(long position, String result, String reason, String event) {
        attempt(out -> {
            try (JsonGenerator line = json.createGenerator(out)) {
                line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                line.writeStartObject();
                line.writeNumberField("row", position);
                line.writeStringField("result", result);
                line.writeStringField("reason", reason);
                line.writeFieldName("event");
                line.writeRawValue(event);
                line.writeEndObject();
            }
            out.write('\n');
        });
        rows++;
    }

    @FunctionalInterface
    private interface Writing {
        void to(Writer out) throws IOException;
    }

    private void attempt(Writing writing) {
        try {
            Writer out = writer;
            if (out == null) {
                PrivateFiles.createDirectories(file.getParent());
                out = Channels.newWriter(PrivateFiles.openNew(file), StandardCharsets.UTF_8);
                writer = out;
            }
            writing.to(out);
        } catch (IOException e) {
            throw new Unusable(file + " cannot be written: " + SqliteFiles.reason(e), e);
        }
    }

    @Override
    public void close() {
        if (writer != null) {
            attempt(Writer::close);
            writer = null;
        }
    }
}
