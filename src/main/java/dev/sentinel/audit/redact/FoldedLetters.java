package dev.sentinel.audit.redact;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Folds names with characters outside ASCII. Normalizing a name costs a hundred times as much as reading it, and a
 * stranger may write one at every sign, so what a character alone folds to is remembered. Only characters that depend
 * on their neighbors are normalized, with these. Bounded by the 65,536 characters. Any thread: an entry never changes,
 * and a lost one is made again.
 */
final class FoldedLetters {
    private static final int PAGE = 256;

    /** The only letter whose lower case depends on its neighbors, which costs a search for words: that at their end. */
    private static final char SIGMA = '\u03a3';

    private static final char SMALL_SIGMA = '\u03c3';

    /**
     * What a character alone becomes.
     *
     * @param composed in NFKC
     * @param folded without case too; empty if it is no letter and no digit
     * @param depends whether its neighbors change this
     */
    private record Letter(String composed, String folded, boolean depends) {}

    private final @Nullable Letter @Nullable [][] pages = new Letter[PAGE][];

    /**
     * Whether no character outside ASCII can be a part of a term.
     *
     * @param letters the characters outside ASCII that terms have
     */
    boolean areForeign(char[] text, int from, int to, String letters) {
        for (int i = from; i < to; i++) {
            if (text[i] >= Terms.ASCII) {
                Letter letter = letter(text[i]);
                if (letter.depends || !isForeign(letter.composed, letters) || !isForeign(letter.folded, letters)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a character outside ASCII ends a name in another letter or digit than this one of ASCII. */
    boolean endDifferently(char c, char ascii) {
        Letter letter = letter(c);
        int length = letter.folded.length();
        return !letter.depends && length > 0 && letter.folded.charAt(length - 1) != WordSet.lower(ascii);
    }

    private static boolean isForeign(String written, String letters) {
        for (int i = 0; i < written.length(); i++) {
            char c = Character.toLowerCase(written.charAt(i));
            if (c < Terms.ASCII || letters.indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The name in NFKC. */
    char[] composed(char[] text, int from, int to) {
        return written(text, from, to, false);
    }

    /** The name as it is compared, as {@link #folded(String)}. */
    char[] folded(char[] text, int from, int to) {
        return written(text, from, to, true);
    }

    private char[] written(char[] text, int from, int to, boolean folded) {
        char[] name = new char[to - from];
        int length = 0;
        int i = from;
        while (i < to) {
            char c = text[i];
            int end = dependentEnd(text, i + 1, to);
            boolean ascii = c < Terms.ASCII && end == i + 1;
            if (ascii && (!folded || Chars.isLetterOrDigit(c))) {
                name[length++] = folded ? WordSet.lower(c) : c;
            } else if (!ascii) {
                String written = written(text, i, end, folded, letter(c));
                int more = written.length() - (end - i);
                if (more > 0) {
                    name = Arrays.copyOf(name, name.length + more);
                }
                for (int j = 0; j < written.length(); j++) {
                    name[length++] = written.charAt(j);
                }
            }
            i = end;
        }
        return length == name.length ? name : Arrays.copyOf(name, length);
    }

    /** Where the characters end that depend on the one before this. */
    private int dependentEnd(char[] text, int at, int to) {
        int i = at;
        while (i < to && text[i] >= Terms.ASCII && letter(text[i]).depends) {
            i++;
        }
        return i;
    }

    private static String written(char[] text, int from, int to, boolean folded, Letter first) {
        if (first.depends || to - from > 1) {
            String part = new String(text, from, to - from);
            return folded ? folded(part) : composed(part);
        }
        return folded ? first.folded : first.composed;
    }

    /** A name as it is compared: NFKC, without case and separators. Empty if it has no letter and no digit. */
    static String folded(String name) {
        String folded = Terms.isAscii(name)
                ? name.toLowerCase(Locale.ROOT)
                : composed(name)
                        .toUpperCase(Locale.ROOT)
                        .replace(SIGMA, SMALL_SIGMA)
                        .toLowerCase(Locale.ROOT);
        StringBuilder letters = new StringBuilder(folded.length());
        int i = 0;
        while (i < folded.length()) {
            int point = folded.codePointAt(i);
            if (Character.isLetterOrDigit(point)) {
                letters.appendCodePoint(point);
            }
            i += Character.charCount(point);
        }
        return letters.toString();
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC);
    }

    private Letter letter(char c) {
        Letter[] page = pages[c / PAGE];
        if (page == null) {
            page = new Letter[PAGE];
            pages[c / PAGE] = page;
        }
        Letter letter = page[c % PAGE];
        if (letter == null) {
            String alone = String.valueOf(c);
            String composed = composed(alone);
            letter = new Letter(composed, folded(alone), composed.chars().anyMatch(FoldedLetters::depends));
            page[c % PAGE] = letter;
        }
        return letter;
    }

    /** Marks and the letters of Hangul combine, and pairs are no characters. */
    private static boolean depends(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> isJamo(c);
        };
    }

    private static boolean isJamo(int c) {
        return (c >= '\u1100' && c <= '\u11ff') || (c >= '\ua960' && c <= '\ua97f') || (c >= '\ud7b0' && c <= '\ud7ff');
    }
}
