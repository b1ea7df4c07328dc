package dev.sentinel.audit.event;

import org.jspecify.annotations.Nullable;

/** What every stored string must be: storable by every store, and not too long. */
final class Texts {
    private Texts() {}

    /** What is wrong with the characters, or null. */
    static @Nullable String fault(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "must not contain NUL characters";
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return "must not contain unpaired surrogates";
                }
                i++;
            }
        }
        return null;
    }

    /** True if the text has 1 to max characters (code points). */
    static boolean fits(String text, int max) {
        int length = text.length();
        return length > 0 && (length <= max || (length <= 2 * max && text.codePointCount(0, length) <= max));
    }
}
