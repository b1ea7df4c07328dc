package dev.sentinel.audit.event;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what was redacted in one event, as a JSON object such as
 * {@code {"rules":"2-full","count":2,"pointers":["/resource","/metadata/auth/password"]}}, where {@code rules} is
 * {@link dev.sentinel.audit.redact.RedactionRules#version} and {@code pointers} are RFC 6901 JSON pointers. At most
 * {@value #MAX_POINTERS} pointers and {@value #MAX_BYTES} bytes of them are listed; the count is always exact. Reused
 * for many events; one thread.
 */
final class Redactions {
    private static final int MAX_POINTERS = 100;
    private static final int MAX_BYTES = 8 * 1024;

    private static final String RULES = "{\"rules\":\"";

    private final JsonText pointers = new JsonText();
    private int count;
    private boolean full;

    void clear() {
        if (count > 0) {
            pointers.clear();
            count = 0;
            full = false;
        }
    }

    int count() {
        return count;
    }

    /** Adds one redacted value. Its pointer is built only if it is listed, because pointers may be long and many. */
    void add(Supplier<String> place) {
        count++;
        if (!full) {
            list(place.get());
        }
    }

    private void list(String pointer) {
        full = count > MAX_POINTERS || pointers.utf8Bytes() + pointer.length() > MAX_BYTES;
        if (!full) {
            if (pointers.length() > 0) {
                pointers.raw(',');
            }
            char[] chars = pointer.toCharArray();
            // Cannot fail: the pointer consists of names that were validated before.
            pointers.string(chars, 0, chars.length);
        }
    }

    /** Whether the rules of this version left what {@link #json} says. */
    static boolean areBy(String version, String json) {
        return json.startsWith(version + '"', RULES.length());
    }

    /** The JSON object, or null if nothing was redacted. */
    @Nullable
    String json(String rules) {
        return count == 0 ? null : RULES + rules + "\",\"count\":" + count + ",\"pointers\":[" + pointers + "]}";
    }
}
