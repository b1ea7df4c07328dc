package dev.sentinel.audit.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Parses UUIDs strictly: 8-4-4-4-12 hexadecimal digits in any case. {@link UUID#fromString} also accepts shorter
 * groups, so that one id would have many spellings.
 */
public final class Uuids {
    private static final int LENGTH = 36;

    private Uuids() {}

    /** The UUID, or null if the text does not have the canonical form. */
    public static @Nullable UUID parse(String text) {
        return text.length() == LENGTH ? parse(text.toCharArray(), 0, LENGTH) : null;
    }

    static @Nullable UUID parse(char[] chars, int from, int length) {
        if (length != LENGTH
                || chars[from + 8] != '-'
                || chars[from + 13] != '-'
                || chars[from + 18] != '-'
                || chars[from + 23] != '-') {
            return null;
        }
        long timeLow = hex(chars, from, 8);
        long timeMid = hex(chars, from + 9, 4);
        long timeHigh = hex(chars, from + 14, 4);
        long clock = hex(chars, from + 19, 4);
        long node = hex(chars, from + 24, 12);
        if ((timeLow | timeMid | timeHigh | clock | node) < 0) {
            return null;
        }
        return new UUID(timeLow << 32 | timeMid << 16 | timeHigh, clock << 48 | node);
    }

    /** The value of at most 15 hexadecimal digits; negative if a character is not one. */
    private static long hex(char[] chars, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            char c = chars[i];
            int digit;
            if (c >= '0' && c <= '9') {
                digit = c - '0';
            } else {
                // Sets the bit that distinguishes lower from upper case. Only letters end up in a to f.
                int lower = c | 0x20;
                if (lower < 'a' || lower > 'f') {
                    return -1;
                }
                digit = lower - 'a' + 10;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
