package dev.sentinel.audit.query.export;

import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Locale;

/** The format of a file. Any thread. */
enum ExportFormat {
    /** One event per line, as in all answers, with its seal. */
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
            return JsonBuffer.object(json -> {
                        json.writeObjectFieldStart("export");
                        json.writeNumberField("events", events);
                        json.writeBooleanField("complete", true);
                        json.writeStringField("began_at", began.toString());
                        json.writeEndObject();
                    })
                    .appendByte((byte) '\n');
        }
    },

    /** For spreadsheets (RFC 4180); {@link CsvRows} escapes formulas. */
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

    /** The name in the parameter and in the file name. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The bytes before the first event. */
    abstract Buffer beginning();

    abstract Buffer rows(FoundEvents page);

    /** The last line of a complete file. */
    abstract Buffer ending(long events, Instant began);
}
