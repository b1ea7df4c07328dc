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
        return beginning(text.substring(0, MAX), redaction);
    }

    /** Of a text of which this is the beginning, and whose end is not held. */
    static String beginning(String text, EventRedaction redaction) {
        String held = text.length() <= MAX ? text : text.substring(0, MAX);
        String clean = redaction.unkept(StorableText.of(held));
        return clean.substring(0, Math.max(0, clean.length() - MARGIN)) + StorableText.ELLIPSIS;
    }
}
