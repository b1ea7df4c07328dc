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

    /**
     * Of the marks that combine with one letter, how many count. No language writes more than four; normalizing sorts
     * them, which takes the square of their number.
     */
    private static final int MAX_MARKS = 8;

    /** The only letter whose lower case depends on its neighbors, which costs a search for words: that at their end. */
    private static final char SIGMA = '\u03a3';

    private static final char SMALL_SIGMA = '\u03c3';

    /**
     * What a character alone becomes.
     *
     * @param composed in NFKC
     * @param folded without case too; empty if it is no letter and no digit
     * @param depends whether its neighbors change this
     * @param plainMark whether it is a mark, and no letter of its own
     * @param foreign whether it can be no part of a term
     */
    private record Letter(String composed, String folded, boolean depends, boolean plainMark, boolean foreign) {}

    private final @Nullable Letter @Nullable [][] pages = new Letter[PAGE][];

    /** What the terms have besides ASCII. */
    private final String lettersOfTerms;

    /** @param lettersOfTerms the characters outside ASCII that terms have */
    FoldedLetters(String lettersOfTerms) {
        this.lettersOfTerms = lettersOfTerms;
    }

    /** Whether no character outside ASCII can be a part of a term. */
    boolean areForeign(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] >= Terms.ASCII && !letter(text[i]).foreign) {
                return false;
            }
        }
        return true;
    }

    private boolean isForeign(String written) {
        for (int i = 0; i < written.length(); i++) {
            char c = Character.toLowerCase(written.charAt(i));
            if (c < Terms.ASCII || lettersOfTerms.indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The name in NFKC. */
    char[] composed(char[] text, int from, int to) {
        char[] name = new char[to - from];
        int length = 0;
        int i = from;
        while (i < to) {
            int end = dependentEnd(text, i + 1, to);
            if (text[i] < Terms.ASCII && end == i + 1) {
                name[length++] = text[i];
            } else if (end > i + 1 && Hangul.areLetters(text, i + 1, end)) {
                String base = letter(text[i]).composed;
                name = withRoom(name, length + base.length() + to - i - 1);
                base.getChars(0, base.length(), name, length);
                length = withHangul(name, length + base.length(), text, i + 1, end);
            } else {
                String part = end == i + 1 ? letter(text[i]).composed : composed(new String(text, i, end - i));
                name = withRoom(name, length + part.length() + to - end);
                part.getChars(0, part.length(), name, length);
                length += part.length();
            }
            i = end;
        }
        return length == name.length ? name : Arrays.copyOf(name, length);
    }

    /** A name in NFKC as it is compared, as {@link #folded(String)}: no character depends on another one any more. */
    char[] foldedOfComposed(char[] composed) {
        char[] name = new char[composed.length];
        int length = 0;
        int i = 0;
        while (i < composed.length) {
            char c = composed[i];
            int next = i + 1;
            boolean pair = next < composed.length && Character.isSurrogatePair(c, composed[next]);
            int end = pair ? next + 1 : next;
            if (Chars.isLetterOrDigit(c)) {
                name[length++] = WordSet.lower(c);
            } else if (c >= Terms.ASCII) {
                String part = end == i + 1 ? letter(c).folded : folded(new String(composed, i, end - i));
                name = withRoom(name, length + part.length() + composed.length - end);
                part.getChars(0, part.length(), name, length);
                length += part.length();
            }
            i = end;
        }
        return length == name.length ? name : Arrays.copyOf(name, length);
    }

    /** Adds letters of Hangul to a name of this length; returns the new length. */
    private static int withHangul(char[] name, int length, char[] text, int from, int to) {
        int end = length;
        for (int i = from; i < to; i++) {
            char syllable = Hangul.syllable(name[end - 1], text[i]);
            if (syllable == 0) {
                name[end++] = text[i];
            } else {
                name[end - 1] = syllable;
            }
        }
        return end;
    }

    /** Grows by as much again: each character of a name may become several. */
    private static char[] withRoom(char[] name, int needed) {
        return needed <= name.length ? name : Arrays.copyOf(name, Math.max(needed, 2 * name.length));
    }

    /** Where the characters end that depend on the one before this. */
    private int dependentEnd(char[] text, int at, int to) {
        int i = at;
        while (i < to && text[i] >= Terms.ASCII && letter(text[i]).depends) {
            i++;
        }
        return i;
    }

    /** Where the character begins that those before this position depend on, if the last one depends on any. */
    int partStart(char[] text, int from, int end) {
        int i = end - 1;
        while (i > from && text[i] >= Terms.ASCII && letter(text[i]).depends) {
            i--;
        }
        return i;
    }

    /** What a character outside ASCII, or one and those that depend on it, becomes as names are compared. */
    String foldedPart(char[] text, int from, int to) {
        if (to - from == 1) {
            return letter(text[from]).folded;
        }
        return new String(
                foldedOfComposed(composed(new String(text, from, to - from)).toCharArray()));
    }

    /**
     * What a character becomes alone, if only marks follow it. With them it becomes nothing only if it does alone, and
     * ends with the same letter if that is one of ASCII. Null if other characters follow.
     */
    @Nullable
    String foldedWithoutMarks(char[] text, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (!letter(text[i]).plainMark) {
                return null;
            }
        }
        return letter(text[from]).folded;
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
        return Normalizer.normalize(withFewMarks(name), Normalizer.Form.NFKC);
    }

    /** The name without the marks that do not count. */
    private static String withFewMarks(String name) {
        if (name.length() <= MAX_MARKS) {
            return name;
        }
        StringBuilder kept = new StringBuilder(name.length());
        int marks = 0;
        int i = 0;
        while (i < name.length()) {
            int point = name.codePointAt(i);
            marks = isMark(point) || isSoundMark(point) ? marks + 1 : 0;
            if (marks <= MAX_MARKS) {
                kept.appendCodePoint(point);
            }
            i += Character.charCount(point);
        }
        return kept.toString();
    }

    /** The only letters that NFKC makes marks of, those of half width for Japanese. */
    private static boolean isSoundMark(int point) {
        return point == '\uff9e' || point == '\uff9f';
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
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
            String folded = folded(alone);
            boolean depends = composed.chars().anyMatch(FoldedLetters::depends);
            boolean foreign = !depends && isForeign(composed) && isForeign(folded);
            letter = new Letter(composed, folded, depends, folded.isEmpty() && isMark(c), foreign);
            page[c % PAGE] = letter;
        }
        return letter;
    }

    /** Marks and the letters of Hangul combine, and pairs are no characters. */
    private static boolean depends(int c) {
        int type = Character.getType(c);
        return isMark(c) || type == Character.SURROGATE || type == Character.UNASSIGNED || isJamo(c);
    }

    private static boolean isJamo(int c) {
        return (c >= '\u1100' && c <= '\u11ff') || (c >= '\ua960' && c <= '\ua97f') || (c >= '\ud7b0' && c <= '\ud7ff');
    }
}
