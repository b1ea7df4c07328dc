package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.Redactor;

/** Shortens identifiers so that different ones stay different, and equal ones equal. */
final class Identifiers {
    /** 64 bits: two of a billion identifiers with a common beginning collide with a probability of 3 %. */
    private static final int HASH_DIGITS = 16;

    private Identifiers() {}

    /**
     * A shortened identifier.
     *
     * @param bytes the size of the original in UTF-8
     * @param sha256 the digest of the original, in hexadecimal digits
     */
    record Cut(String text, long bytes, String sha256) {}

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
