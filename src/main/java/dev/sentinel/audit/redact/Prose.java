package dev.sentinel.audit.redact;

/** Distinguishes sentences from values. Reads a bounded number of characters. */
final class Prose {
    private static final int MAX_WORD = 24;

    private static final boolean[] OF_PROSE = Chars.tableOf(" .,'-");
    private static final boolean[] ENDS_WORD = Chars.tableOf(" .,;!?)\n\"'");

    private Prose() {}

    /** {@code authorization: bearer of bad news}; the scheme is followed by words. */
    static boolean isProse(char[] text, int start, int end) {
        if (end - start > Placeholders.LONGEST) {
            return false;
        }
        int blanks = 0;
        for (int i = start; i < end; i++) {
            blanks += text[i] == ' ' ? 1 : 0;
            if (!Chars.isLetter(text[i]) && (text[i] >= Terms.ASCII || !OF_PROSE[text[i]])) {
                return false;
            }
        }
        return blanks > 1;
    }

    /** {@code The secret: hard work and patience.} The next word is not the name of another value. */
    static boolean goesOn(char[] text, int start, int end, int to) {
        if (end - start > MAX_WORD || end + 1 >= to || (text[end] != ' ' && text[end] != ',')) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!Chars.isLetter(text[i]) && text[i] != '.') {
                return false;
            }
        }
        int word = end + 1;
        while (word < to && text[word] == ' ' && word - end < 3) {
            word++;
        }
        int last = word;
        while (last < to && last - word < MAX_WORD && Chars.isLetter(text[last])) {
            last++;
        }
        boolean filled = word < to && text[word] == '%';
        return filled || (last > word && (last == to || (text[last] < Terms.ASCII && ENDS_WORD[text[last]])));
    }

    /** {@code authorizations:create}: a colon without a blank assigns no word. */
    static boolean isWord(char[] text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Chars.isLetter(text[i])) {
                return false;
            }
        }
        return end > start;
    }

    static boolean hasBlank(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == ' ') {
                return true;
            }
        }
        return false;
    }
}
