package dev.sentinel.audit.event;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects what was redacted in one event, as a JSON object such as
 * {@code {"rules":"5-full","count":2,"pointers":["/resource","/metadata/auth/password"]}}, where {@code rules} is
 * {@link dev.sentinel.audit.redact.RedactionRules#version} and {@code pointers} are RFC 6901 JSON pointers. At most
 * {@value #MAX_POINTERS} pointers and {@value #MAX_BYTES} bytes of them are listed, each once however often its value
 * was looked at; the count is that of the values. Reused for many events; one thread.
 */
final class Redactions {
    private static final int MAX_POINTERS = 100;
    private static final int MAX_BYTES = 8 * 1024;

    private static final String RULES = "{\"rules\":\"";

    private final JsonText pointers = new JsonText();
    private final Set<String> listed = new HashSet<>();
    private int found;
    private int count;
    private boolean full;
    private boolean readAgain;

    void clear() {
        readAgain = false;
        if (found > 0) {
            pointers.clear();
            listed.clear();
            found = 0;
            count = 0;
            full = false;
        }
    }

    /** How often something was found, also in the same value. */
    int found() {
        return found;
    }

    /** What is found from now on is found in values that were read before: one that is not listed was counted. */
    void readAgain() {
        readAgain = true;
    }

    /**
     * Adds one redacted value, unless it is listed. Its pointer is built only if there is room for it, because pointers
     * may be long and many.
     */
    void add(Supplier<String> place) {
        found++;
        if (!full) {
            list(place.get());
        } else if (!readAgain) {
            count++;
        }
    }

    private void list(String pointer) {
        if (listed.contains(pointer)) {
            return;
        }
        count++;
        full = count > MAX_POINTERS || pointers.utf8Bytes() + pointer.length() > MAX_BYTES;
        if (!full) {
            listed.add(pointer);
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
