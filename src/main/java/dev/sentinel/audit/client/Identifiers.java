package dev.sentinel.audit.client;

import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.redact.Redactor;

/** Shortens identifiers so that different ones stay different, and equal ones equal. */
final class Identifiers {
    /** 64 bits: two of a billion identifiers with a common beginning collide with a probability of 3 %. */
    private static final int HASH_DIGITS = 16;

    private Identifiers() {}

    /** What separates a span id from its digest, and what stands for a character that span ids do not have. */
    private static final String SPAN_CUT = "-";

    private static final int NOT_OF_SPAN_ID = '_';

    /**
     * A shortened identifier.
     *
     * @param bytes the size of the original in UTF-8
     * @param sha256 the digest of the original, in hexadecimal digits
     */
    record Cut(String text, long bytes, String sha256) {}

    /** Makes a span id of a text that is none: its beginning in characters of span ids, and digits of its digest. */
    static Cut spanId(String identifier) {
        Mark mark = Mark.of("", identifier);
        String digest = String.valueOf(mark.sha256());
        String text = identifier
                .codePoints()
                .limit(EventLimits.MAX_SPAN_ID - HASH_DIGITS - SPAN_CUT.length())
                .map(c -> c < 0x80 && EventLimits.isOfSpanId((char) c) ? c : NOT_OF_SPAN_ID)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return new Cut(text + SPAN_CUT + digest.substring(0, HASH_DIGITS), mark.bytes(), digest);
    }

    /**
     * The beginning of an identifier, {@code ~}, and the first digits of its digest.
     *
     * @param max characters (code points) of the result, unless a replacement would be cut in two
     */
    static Cut cut(String identifier, int max, Redactor redactor) {
        Mark mark = Mark.of("", identifier);
        String digest = String.valueOf(mark.sha256());
        int kept = Math.min(max - HASH_DIGITS - 1, identifier.codePointCount(0, identifier.length()));
        String text = CutText.first(identifier, kept, redactor) + "~" + digest.substring(0, HASH_DIGITS);
        return new Cut(text, mark.bytes(), digest);
    }
}
