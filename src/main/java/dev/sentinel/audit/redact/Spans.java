package dev.sentinel.audit.redact;

import java.util.Arrays;

/** The positions of secrets in a text, in order and without overlap. Reused for many texts; one thread. */
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

    SecretKind kind(int index) {
        return kinds[index];
    }

    void add(int from, int to, SecretKind kind) {
        if (count == kinds.length) {
            bounds = Arrays.copyOf(bounds, 4 * count);
            kinds = Arrays.copyOf(kinds, 2 * count);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        kinds[count++] = kind;
    }

    /** The end of the last span. */
    int end() {
        return bounds[2 * count - 1];
    }

    /** The text with each span replaced. */
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
