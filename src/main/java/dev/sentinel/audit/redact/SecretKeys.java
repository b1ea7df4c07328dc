package dev.sentinel.audit.redact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Recognizes the names of secrets. Case and separators do not count: {@code apiKey}, {@code API-KEY} and
 * {@code x.api_key} all match. Immutable.
 *
 * <p>Searches for all terms at once, with one table lookup per character (Aho and Corasick, 1975).
 */
final class SecretKeys {
    /** Terms that make a name secret anywhere in it. */
    private static final List<String> ANYWHERE = List.of(
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "secret",
            "apikey",
            "privatekey",
            "accesskey",
            "signingkey",
            "encryptionkey",
            "authorization",
            "credential",
            "cookie",
            "bearer",
            "cardnumber");

    /**
     * Terms that make a name secret at its end: {@code access_token} is, {@code token_count} and {@code max_tokens} are
     * not.
     */
    private static final List<String> AT_END = List.of("token", "auth", "jwt", "pwd", "cvv", "cvc");

    private static final int SYMBOLS = 36;
    private static final byte SKIPPED = -1;
    private static final byte UNKNOWN = -2;
    private static final byte[] SYMBOL = symbols();

    private static final int FOUND = 1;
    private static final int FOUND_IF_LAST = 2;

    /** The next state for each state and symbol. */
    private final int[] next;
    /** What was found on reaching each state. */
    private final int[] found;

    private final Set<String> kept;

    /**
     * The built-in terms and additional ones.
     *
     * @param more terms that make a name secret anywhere in it
     * @param kept whole names that are never secret
     */
    SecretKeys(Collection<String> more, Collection<String> kept) {
        List<String> anywhere = new ArrayList<>(ANYWHERE);
        more.stream().map(SecretKeys::normalized).forEach(anywhere::add);
        int states = 1
                + anywhere.stream().mapToInt(String::length).sum()
                + AT_END.stream().mapToInt(String::length).sum();
        this.next = new int[states * SYMBOLS];
        this.found = new int[states];
        this.kept = kept.stream().map(SecretKeys::normalized).collect(Collectors.toUnmodifiableSet());
        int used = 1;
        for (String term : anywhere) {
            used = add(term, FOUND, used);
        }
        for (String term : AT_END) {
            used = add(term, FOUND_IF_LAST, used);
        }
        link();
    }

    /** The name in lower case, reduced to ASCII letters and digits. */
    static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private int add(String term, int flag, int firstUnused) {
        int unused = firstUnused;
        int state = 0;
        for (int i = 0; i < term.length(); i++) {
            int edge = state * SYMBOLS + SYMBOL[term.charAt(i)];
            if (next[edge] == 0) {
                next[edge] = unused++;
            }
            state = next[edge];
        }
        found[state] |= flag;
        return unused;
    }

    /** Where no term continues, falls back to the longest suffix that begins another term. */
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

    /** Whether this is the name of a secret. */
    boolean matches(char[] text, int from, int to) {
        return flags(text, from, to) != 0 && !isKept(text, from, to);
    }

    /** As {@link #matches}, except for words that prose uses too, such as {@code token}. */
    boolean matchesUnambiguously(char[] text, int from, int to) {
        return (flags(text, from, to) & FOUND) != 0 && !isKept(text, from, to);
    }

    private int flags(char[] text, int from, int to) {
        int state = 0;
        int seen = 0;
        for (int i = from; i < to; i++) {
            char c = text[i];
            byte symbol = c < SYMBOL.length ? SYMBOL[c] : Character.isLetterOrDigit(c) ? UNKNOWN : SKIPPED;
            if (symbol == SKIPPED) {
                continue;
            }
            state = symbol == UNKNOWN ? 0 : next[state * SYMBOLS + symbol];
            seen |= found[state] & FOUND;
        }
        return seen | (found[state] & FOUND_IF_LAST);
    }

    private boolean isKept(char[] text, int from, int to) {
        return !kept.isEmpty() && kept.contains(normalized(new String(text, from, to - from)));
    }

    private static byte[] symbols() {
        byte[] symbols = new byte[128];
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
