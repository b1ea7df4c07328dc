package dev.sentinel.audit.redact;

import java.util.Arrays;

/**
 * The positions of secrets in a text: ordered pieces that do not overlap. Overlapping findings of several rules are
 * joined, so that no rule leaves a part of what another one found. Reused for many texts; one thread.
 */
final class Spans {
    private static final int FEW = 8;

    private int[] bounds = new int[2 * FEW];
    private SecretKind[] kinds = new SecretKind[FEW];
    private int count;

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Whether a character is in one of the pieces. For tests. */
    boolean covers(int at) {
        for (int i = 0; i < count; i++) {
            if (at >= bounds[2 * i] && at < bounds[2 * i + 1]) {
                return true;
            }
        }
        return false;
    }

    SecretKind kind(int index) {
        return kinds[index];
    }

    /** Adds a piece; most come in order. */
    void add(int from, int to, SecretKind kind) {
        if (to <= from) {
            return;
        }
        int first = count;
        while (first > 0 && bounds[2 * first - 1] > from) {
            first--;
        }
        int last = first;
        int start = from;
        int end = to;
        SecretKind found = kind;
        while (last < count && bounds[2 * last] < to) {
            if (bounds[2 * last] <= start) {
                start = bounds[2 * last];
                found = kinds[last];
            }
            end = Math.max(end, bounds[2 * last + 1]);
            last++;
        }
        replace(first, last, start, end, found);
    }

    /** Puts one piece in the place of those from first to last, exclusive. */
    private void replace(int first, int last, int start, int end, SecretKind kind) {
        if (first == last && count == kinds.length) {
            bounds = Arrays.copyOf(bounds, 4 * count);
            kinds = Arrays.copyOf(kinds, 2 * count);
        }
        System.arraycopy(bounds, 2 * last, bounds, 2 * first + 2, 2 * (count - last));
        System.arraycopy(kinds, last, kinds, first + 1, count - last);
        bounds[2 * first] = start;
        bounds[2 * first + 1] = end;
        kinds[first] = kind;
        count += 1 - (last - first);
    }

    /** The text with each piece replaced. */
    String replaced(char[] text, int from, int to, String replacement) {
        StringBuilder clean = new StringBuilder(to - from + count * replacement.length());
        int kept = from;
        for (int i = 0; i < count; i++) {
            clean.append(text, kept, bounds[2 * i] - kept).append(replacement);
            kept = bounds[2 * i + 1];
        }
        return clean.append(text, kept, to - kept).toString();
    }
}
