package dev.sentinel.audit.query.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.evidence.ExportProofs.ExportProof;
import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
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
        Buffer ending(Ending ending) {
            return JsonBuffer.object(json -> {
                        json.writeObjectFieldStart("export");
                        json.writeNumberField("events", ending.events());
                        json.writeBooleanField("complete", true);
                        json.writeStringField("began_at", ending.began().toString());
                        json.writeEndObject();
                        if (ending.leavesSha256().isPresent()) {
                            json.writeStringField(
                                    "leaves_sha256", ending.leavesSha256().get());
                        }
                        if (ending.proof().isPresent()) {
                            write(json, ending.proof().get());
                        }
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
        Buffer ending(Ending ending) {
            return Buffer.buffer("# complete: " + ending.events() + " events\r\n");
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
    abstract Buffer ending(Ending ending);

    private static void write(JsonGenerator json, ExportProof proof) throws IOException {
        json.writeObjectFieldStart("tree");
        json.writeNumberField("size", proof.size());
        json.writeArrayFieldStart("consistency");
        for (String hash : proof.consistency()) {
            json.writeString(hash);
        }
        json.writeEndArray();
        json.writeStringField("checkpoint", proof.checkpoint());
        json.writeEndObject();
    }
}
