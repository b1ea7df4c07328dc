package dev.sentinel.audit.redact;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;

/**
 * Finds out whether a name contains one of many terms, with one table look-up per character and without allocation (Aho
 * and Corasick, 1975). Most names contain none. Immutable.
 */
final class Terms {
    static final int ASCII = 128;

    /** The name contains none of the terms. */
    static final int NONE = 0;
    /** It contains none of them, but characters that only {@link SecretNames#folded} handles. */
    static final int OTHER = 1;
    /** It contains one. */
    static final int SOME = 2;

    private static final int SYMBOLS = 36;
    private static final int FOUND = -1;
    private static final byte SKIPPED = -1;
    private static final byte[] SYMBOL = symbols();

    /** The next state, for each state and symbol. */
    private final int[] next;

    private final boolean[] found;

    /** The same as {@link #next}, as it is read: where the next state's row begins, or {@link #FOUND}. */
    private final int[] rows;

    /** @param terms of lower-case letters and digits of ASCII */
    Terms(Collection<String> terms) {
        int states = 1 + terms.stream().mapToInt(String::length).sum();
        next = new int[states * SYMBOLS];
        found = new boolean[states];
        int used = 1;
        for (String term : terms) {
            used = add(term, used);
        }
        link();
        rows = new int[next.length];
        for (int edge = 0; edge < next.length; edge++) {
            rows[edge] = found[next[edge]] ? FOUND : next[edge] * SYMBOLS;
        }
    }

    static boolean isAscii(String term) {
        for (int i = 0; i < term.length(); i++) {
            if (term.charAt(i) >= ASCII) {
                return false;
            }
        }
        return true;
    }

    static boolean isAscii(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] >= ASCII) {
                return false;
            }
        }
        return true;
    }

    private int add(String term, int firstUnused) {
        int unused = firstUnused;
        int state = 0;
        for (int i = 0; i < term.length(); i++) {
            int edge = state * SYMBOLS + SYMBOL[term.charAt(i)];
            if (next[edge] == 0) {
                next[edge] = unused++;
            }
            state = next[edge];
        }
        found[state] = true;
        return unused;
    }

    /** Links each state to that of its longest suffix that begins a term. */
    private void link() {
        int[] suffix = new int[found.length];
        Deque<Integer> states = new ArrayDeque<>();
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            if (next[symbol] != 0) {
                states.add(next[symbol]);
            }
        }
        while (!states.isEmpty()) {
            int state = states.remove();
            found[state] |= found[suffix[state]];
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                int edge = state * SYMBOLS + symbol;
                int shorter = next[suffix[state] * SYMBOLS + symbol];
                if (next[edge] == 0) {
                    next[edge] = shorter;
                } else {
                    suffix[next[edge]] = shorter;
                    states.add(next[edge]);
                }
            }
        }
    }

    /** {@link #NONE}, {@link #OTHER} or {@link #SOME}. */
    int find(char[] text, int from, int to) {
        int row = 0;
        boolean other = false;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c >= ASCII) {
                other = true;
                continue;
            }
            byte symbol = SYMBOL[c];
            if (symbol == SKIPPED) {
                continue;
            }
            row = rows[row + symbol];
            if (row == FOUND) {
                return SOME;
            }
        }
        return other ? OTHER : NONE;
    }

    /** Whether letters contain a term. Those outside ASCII are in none. */
    boolean isIn(char[] letters, int from, int to) {
        int row = 0;
        for (int i = from; i < to; i++) {
            char c = letters[i];
            row = c < ASCII ? rows[row + SYMBOL[c]] : 0;
            if (row == FOUND) {
                return true;
            }
        }
        return false;
    }

    private static byte[] symbols() {
        byte[] symbols = new byte[ASCII];
        Arrays.fill(symbols, SKIPPED);
        for (int i = 0; i < 26; i++) {
            symbols['a' + i] = (byte) i;
            symbols['A' + i] = (byte) i;
        }
        for (int i = 0; i < 10; i++) {
            symbols['0' + i] = (byte) (26 + i);
        }
        return symbols;
    }
}
