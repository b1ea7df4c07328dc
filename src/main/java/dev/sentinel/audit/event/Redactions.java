package dev.sentinel.audit.event;

import org.jspecify.annotations.Nullable;

/**
 * What was taken out of one event: a JSON object such as
 * {@code {"rules":"1-full","count":2,"pointers":["/resource","/metadata/auth/password"]}}, where {@code rules} is
 * {@link dev.sentinel.audit.redact.RedactionRules#version} and {@code pointers} are RFC 6901 JSON pointers. Of very
 * many or very long pointers only the first are listed; the count is always right. Reused from event to event by one
 * thread.
 */
final class Redactions {
    private static final int MAX_POINTERS = 100;
    private static final int MAX_BYTES = 8 * 1024;

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

    /** One more place. */
    void add(String pointer) {
        full |= count == MAX_POINTERS || pointers.utf8Bytes() + pointer.length() > MAX_BYTES;
        if (!full) {
            if (count > 0) {
                pointers.raw(',');
            }
            char[] chars = pointer.toCharArray();
            // Made of names that were found to be storable.
            pointers.string(chars, 0, chars.length);
        }
        count++;
    }

    /** The object, or null if nothing was taken out. */
    @Nullable
    String json(String rules) {
        return count == 0
                ? null
                : "{\"rules\":\"" + rules + "\",\"count\":" + count + ",\"pointers\":[" + pointers + "]}";
    }
}
