package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.EventRedaction;

/** Bounds the work for a text of megabytes, of which the beginning is stored. */
final class LongText {
    /** Characters; many times what is stored of any text. */
    private static final int MAX = 1 << 20;

    /** Characters at the end that are not used, because a secret may be split there. */
    private static final int MARGIN = 4096;

    private LongText() {}

    /** The text, or the beginning of a very long one, without the secrets in it. */
    static String bounded(String text, EventRedaction redaction) {
        if (text.length() <= MAX) {
            return text;
        }
        String clean = redaction.unkept(StorableText.of(text.substring(0, MAX)));
        return clean.substring(0, Math.max(0, clean.length() - MARGIN)) + StorableText.ELLIPSIS;
    }
}
