package dev.sentinel.audit.redact;

import java.util.List;

/** Finds out whether a folded name contains one of some terms, of which few are not of ASCII. Immutable. */
final class TermSet {
    private final Terms ascii;
    private final List<String> others;
    /** What the others have besides ASCII; few names have any of it. */
    private final String letters;

    /** @param all folded */
    TermSet(List<String> all) {
        ascii = new Terms(all.stream().filter(Terms::isAscii).toList());
        others = all.stream().filter(term -> !Terms.isAscii(term)).toList();
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
        return ascii.isIn(name, 0, length) || (hasLetter(name, length) && hasOther(new String(name, 0, length)));
    }

    private boolean hasLetter(char[] name, int length) {
        for (int i = 0; i < length; i++) {
            if (name[i] >= Terms.ASCII && letters.indexOf(name[i]) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean hasOther(String name) {
        for (String term : others) {
            if (name.contains(term)) {
                return true;
            }
        }
        return false;
    }
}
