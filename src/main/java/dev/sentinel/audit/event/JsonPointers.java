package dev.sentinel.audit.event;

/** Writes RFC 6901 JSON pointers. */
final class JsonPointers {
    private JsonPointers() {}

    /** Appends one reference token with its slash, escaping {@code ~} and {@code /}. */
    static void append(StringBuilder pointer, String token) {
        pointer.append('/');
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            switch (c) {
                case '~' -> pointer.append("~0");
                case '/' -> pointer.append("~1");
                default -> pointer.append(c);
            }
        }
    }
}
