package dev.sentinel.audit.client;

import org.jspecify.annotations.Nullable;

/** Parses the HTTP header field {@code traceparent} (W3C Trace Context, section 3.2). */
final class TraceParent {
    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    private TraceParent() {}

    /**
     * The step in which the request was sent: a trace id of 32 and a span id of 16 hexadecimal digits; null if the
     * field is invalid, so that the receiver must begin a new trace.
     */
    static @Nullable Span span(@Nullable String field) {
        if (field == null
                || field.length() < LENGTH
                || !isHex(field, 0, 2)
                || field.charAt(TRACE_ID - 1) != '-'
                || !isHex(field, TRACE_ID, 32)
                || field.charAt(PARENT_ID - 1) != '-'
                || !isHex(field, PARENT_ID, 16)
                || field.charAt(FLAGS - 1) != '-'
                || !isHex(field, FLAGS, 2)
                || field.startsWith("ff")
                || isZero(field, TRACE_ID, 32)
                || isZero(field, PARENT_ID, 16)) {
            return null;
        }
        // Later versions may append fields, but not version 00.
        boolean appended = field.length() > LENGTH;
        if (appended && (field.startsWith("00") || field.charAt(LENGTH) != '-')) {
            return null;
        }
        return new Span(field.substring(TRACE_ID, TRACE_ID + 32), field.substring(PARENT_ID, PARENT_ID + 16));
    }

    private static boolean isHex(String field, int from, int length) {
        for (int i = from; i < from + length; i++) {
            char c = field.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String field, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (field.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
