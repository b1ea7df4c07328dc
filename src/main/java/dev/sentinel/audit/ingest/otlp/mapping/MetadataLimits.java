package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.model.EventLimits;

/** The limits of metadata that is made from a record, and whether it obeys them: most does. */
final class MetadataLimits {
    /** Bytes of the arguments of a tool, or of its result, as JSON. */
    static final int ARGUMENTS = 8 * 1024;

    /** Bytes of any other string. */
    static final int STRING = 1024;

    /** Code points of a member's name. */
    static final int NAME = 255;

    private MetadataLimits() {}

    /** Whether nothing has to be cut: one pass over minified JSON. May be false for metadata that obeys the limits. */
    static boolean areObeyed(String json) {
        int depth = 0;
        int bytes = 0;
        int opened = -1;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            if (opened < 0) {
                if (c == '"') {
                    opened = bytes;
                } else if (c == '{' || c == '[') {
                    depth++;
                    if (depth > EventLimits.MAX_METADATA_DEPTH) {
                        return false;
                    }
                } else if (c == '}' || c == ']') {
                    depth--;
                }
            } else if (c == '\\') {
                i++;
                bytes++;
            } else if (c == '"') {
                boolean name = i + 1 < json.length() && json.charAt(i + 1) == ':';
                if (bytes - opened > (name ? NAME : STRING)) {
                    return false;
                }
                opened = -1;
            }
        }
        // Arguments have a limit of their own.
        return bytes <= ARGUMENTS;
    }
}
