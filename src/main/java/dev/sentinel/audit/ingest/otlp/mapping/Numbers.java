package dev.sentinel.audit.ingest.otlp.mapping;

import org.jspecify.annotations.Nullable;

/** Reads numbers that agents send as numbers or as texts. */
final class Numbers {
    /** Longer texts are no numbers that anybody sends. */
    private static final int LONGEST = 32;

    private Numbers() {}

    /** Null if the text is no finite number. */
    static @Nullable Double decimal(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > LONGEST || !looksDecimal(text)) {
            return null;
        }
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** {@link Double#parseDouble} also takes blanks, hexadecimal numbers and suffixes. */
    private static boolean looksDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return false;
            }
        }
        return true;
    }

    /** A whole number, rounded half up, or null; also if it is negative. */
    static @Nullable Long count(@Nullable String text) {
        Double value = decimal(text);
        return value == null || value < 0 || value > Long.MAX_VALUE ? null : Math.round(value);
    }
}
