package dev.sentinel.audit.redact;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Folds names with characters outside ASCII. Normalizing a name costs a hundred times as much as reading it, and a
 * stranger may write one at every sign, so what a character alone folds to is remembered. Names with characters that
 * depend on their neighbors are normalized as a whole. Bounded by the 65,536 characters. Any thread: an entry never
 * changes, and a lost one is made again.
 */
final class FoldedLetters {
    private static final int PAGE = 256;

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
        return depends(text, from, to)
                ? composed(new String(text, from, to - from)).toCharArray()
                : written(text, from, to, false);
    }

    /** The name as it is compared, as {@link #folded(String)}. */
    char[] folded(char[] text, int from, int to) {
        return depends(text, from, to)
                ? folded(new String(text, from, to - from)).toCharArray()
                : written(text, from, to, true);
    }

    private boolean depends(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] >= Terms.ASCII && letter(text[i]).depends) {
                return true;
            }
        }
        return false;
    }

    private char[] written(char[] text, int from, int to, boolean folded) {
        char[] name = new char[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c < Terms.ASCII) {
                if (!folded || Chars.isLetterOrDigit(c)) {
                    name[length++] = folded ? WordSet.lower(c) : c;
                }
                continue;
            }
            Letter letter = letter(c);
            String written = folded ? letter.folded : letter.composed;
            int more = written.length() - 1;
            if (more > 0) {
                name = Arrays.copyOf(name, name.length + more);
            }
            written.getChars(0, written.length(), name, length);
            length += written.length();
        }
        return length == name.length ? name : Arrays.copyOf(name, length);
    }

    /** A name as it is compared: NFKC, without case and separators. Empty if it has no letter and no digit. */
    static String folded(String name) {
        String folded = Terms.isAscii(name)
                ? name.toLowerCase(Locale.ROOT)
                : composed(name).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
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

    /** Marks and the letters of Hangul combine, pairs are no characters, and a final sigma has a form of its own. */
    private static boolean depends(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> isJamo(c) || Character.toUpperCase(c) == '\u03a3';
        };
    }

    private static boolean isJamo(int c) {
        return (c >= '\u1100' && c <= '\u11ff') || (c >= '\ua960' && c <= '\ua97f') || (c >= '\ud7b0' && c <= '\ud7ff');
    }
}
