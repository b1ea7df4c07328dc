package dev.sentinel.audit.config;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the variable that an unknown name was meant to be. */
final class Misspelling {
    /** Shorter names may be those of other programs: {@code host} and {@code port}. */
    private static final int LONG = 8;

    private static final Pattern AROUND = Pattern.compile("^(export\\s+)?[^A-Za-z]*|[^A-Za-z0-9]*$");

    private Misspelling() {}

    /**
     * A known name that differs only in case or in what is around it; null if there is none.
     *
     * @param ours whether the variable is in Sentinel's own file; then one letter may differ, too
     */
    static @Nullable String of(String name, Collection<String> known, boolean ours) {
        String bare =
                AROUND.matcher(name).replaceAll("").toUpperCase(Locale.ROOT).replace('-', '_');
        for (String candidate : known) {
            boolean isLong = candidate.length() >= LONG;
            if (bare.equals(candidate) ? (ours || isLong) : (ours && isLong && isOneEditAway(bare, candidate))) {
                return candidate;
            }
        }
        return null;
    }

    /** One letter is missing, too many, another one, or swapped with its neighbor. */
    private static boolean isOneEditAway(String a, String b) {
        int start = 0;
        int shorter = Math.min(a.length(), b.length());
        while (start < shorter && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        int restOfA = a.length() - start - end;
        int restOfB = b.length() - start - end;
        boolean swapped = restOfA == 2
                && restOfB == 2
                && a.charAt(start) == b.charAt(start + 1)
                && a.charAt(start + 1) == b.charAt(start);
        return swapped || (restOfA <= 1 && restOfB <= 1);
    }
}
