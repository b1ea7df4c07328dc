package dev.sentinel.audit.model;

import org.jspecify.annotations.Nullable;

/**
 * The step in which a request or a message was sent, by its field {@code traceparent} (W3C Trace Context, section 3.2).
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param parentId 16 hexadecimal digits, not all zero
 */
public record TraceParent(String traceId, String parentId) {
    private static final int TRACE_ID = 3;
    private static final int PARENT_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    /** Null if the field is absent or invalid: the receiver must then begin a new trace. */
    public static @Nullable TraceParent parse(@Nullable String field) {
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
        return new TraceParent(field.substring(TRACE_ID, TRACE_ID + 32), field.substring(PARENT_ID, PARENT_ID + 16));
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
