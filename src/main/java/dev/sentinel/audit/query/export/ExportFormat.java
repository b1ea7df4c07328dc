package dev.sentinel.audit.query.export;

import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Locale;

/** What a file looks like. Any thread. */
enum ExportFormat {
    /** Events as everywhere, one a line; exact. */
    NDJSON("application/x-ndjson") {
        @Override
        Buffer beginning() {
            return Buffer.buffer(0);
        }

        @Override
        Buffer rows(FoundEvents page) {
            Buffer lines = Buffer.buffer(page.json().length() + 1);
            for (int i = 0; i < page.count(); i++) {
                lines.appendBuffer(page.event(i)).appendByte((byte) '\n');
            }
            return lines;
        }

        @Override
        Buffer ending(long events, Instant began) {
            return Buffer.buffer(
                    "{\"export\":{\"events\":" + events + ",\"complete\":true,\"began_at\":\"" + began + "\"}}\n");
        }
    },

    /** For spreadsheets (RFC 4180), with what {@link CsvRows} does to cells. */
    CSV("text/csv; charset=utf-8; header=present") {
        @Override
        Buffer beginning() {
            return Buffer.buffer(CsvRows.HEADER);
        }

        @Override
        Buffer rows(FoundEvents page) {
            return CsvRows.of(page);
        }

        @Override
        Buffer ending(long events, Instant began) {
            return Buffer.buffer("# complete: " + events + " events\r\n");
        }
    };

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** As the parameter and the file name have it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What stands before the first event. */
    abstract Buffer beginning();

    abstract Buffer rows(FoundEvents page);

    /** What only a complete file has. */
    abstract Buffer ending(long events, Instant began);
}
