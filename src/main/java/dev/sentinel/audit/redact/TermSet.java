package dev.sentinel.audit.redact;

import java.util.List;

/** Finds out whether a folded name contains one of some terms, of which few are not of ASCII. Immutable. */
final class TermSet {
    private final Terms ascii;
    private final String[] others;
    /** Where each of the others has its first character outside ASCII. */
    private final int[] marks;
    /** What the others have besides ASCII; few names have any of it. */
    private final String letters;

    /** @param all folded */
    TermSet(List<String> all) {
        ascii = new Terms(all.stream().filter(Terms::isAscii).toList());
        others = all.stream().filter(term -> !Terms.isAscii(term)).toArray(String[]::new);
        marks = new int[others.length];
        for (int i = 0; i < others.length; i++) {
            while (others[i].charAt(marks[i]) < Terms.ASCII) {
                marks[i]++;
            }
        }
        StringBuilder distinct = new StringBuilder();
        String.join("", others)
                .chars()
                .filter(c -> c >= Terms.ASCII)
                .distinct()
                .forEach(c -> distinct.append((char) c));
        letters = distinct.toString();
    }

    /** The characters outside ASCII of all terms. */
    String letters() {
        return letters;
    }

    /** Whether the first letters of a name contain one. */
    boolean isIn(char[] name, int length) {
        return ascii.isIn(name, 0, length) || hasOther(name, length);
    }

    private boolean hasOther(char[] name, int length) {
        for (int i = 0; i < length; i++) {
            if (name[i] >= Terms.ASCII && isOtherAround(name, i, length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the others has its first character outside ASCII here. */
    private boolean isOtherAround(char[] name, int at, int length) {
        for (int i = 0; i < others.length; i++) {
            String term = others[i];
            int start = at - marks[i];
            if (term.charAt(marks[i]) == name[at] && start >= 0 && Chars.startsWith(name, start, length, term)) {
                return true;
            }
        }
        return false;
    }
}
