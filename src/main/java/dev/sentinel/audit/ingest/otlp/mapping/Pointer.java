package dev.sentinel.audit.ingest.otlp.mapping;

import org.jspecify.annotations.Nullable;

/**
 * An RFC 6901 JSON pointer that shares its beginning with those beside it. It is written only when it is asked for: the
 * names that lead to a string may be many times as long as the string, and few strings are listed.
 *
 * @param parent null for the root
 * @param token as it is in the tree, not escaped
 * @param bytes of the written pointer in UTF-8
 */
record Pointer(@Nullable Pointer parent, String token, int bytes) {
    static Pointer root(String token) {
        return new Pointer(null, token, written(token));
    }

    Pointer child(String name) {
        return new Pointer(this, name, bytes + written(name));
    }

    Pointer child(int index) {
        return child(Integer.toString(index));
    }

    private static int written(String token) {
        int bytes = 1 + StorableText.utf8Length(token);
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            bytes += c == '~' || c == '/' ? 1 : 0;
        }
        return bytes;
    }

    /** As RFC 6901 writes it. */
    @Override
    public String toString() {
        String escaped = '/' + token.replace("~", "~0").replace("/", "~1");
        return parent == null ? escaped : parent + escaped;
    }
}
