package dev.sentinel.audit.query.export;

import dev.sentinel.audit.query.QueryParameters;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;

/**
 * What a client wants its file to be.
 *
 * @param byteOrderMark whether the file begins with U+FEFF, by which some spreadsheets recognize UTF-8; CSV only
 * @param footer whether the last line says that the file is complete
 * @param inlineProofs whether each line has the proof of its event; NDJSON only
 */
record ExportFile(ExportFormat format, boolean byteOrderMark, boolean footer, boolean inlineProofs) {
    private static final Boolean[] EITHER = {true, false};
    private static final Boolean[] NO = {false};
    private static final String[] PROOFS = {"none", "inline"};
    private static final String[] NO_PROOFS = {"none"};
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    static ExportFile of(QueryParameters parameters) {
        ExportFormat format =
                parameters.choice("format", ExportFormat.values(), ExportFormat::wireName, ExportFormat.NDJSON);
        // A byte order mark is no JSON (RFC 8259, section 8.1).
        Boolean[] marks = format == ExportFormat.CSV ? EITHER : NO;
        return new ExportFile(
                format,
                parameters.choice("bom", marks, String::valueOf, false),
                parameters.choice("footer", EITHER, String::valueOf, true),
                parameters
                        .choice("proofs", format == ExportFormat.NDJSON ? PROOFS : NO_PROOFS, proofs -> proofs, "none")
                        .equals("inline"));
    }

    /** The bytes before the first event. */
    Buffer beginning() {
        Buffer beginning = format.beginning();
        return byteOrderMark ? Buffer.buffer(BYTE_ORDER_MARK).appendBuffer(beginning) : beginning;
    }

    Buffer rows(FoundEvents page) {
        return format.rows(page);
    }

    /** The bytes behind the last event. */
    Buffer ending(Ending ending) {
        return footer ? format.ending(ending) : Buffer.buffer(0);
    }
}
