package dev.sentinel.audit.redact;

import java.util.List;

/** Finds out whether a folded name contains one of some terms, of which few are not of ASCII. Immutable. */
final class TermSet {
    private final Terms ascii;
    private final List<String> all;

    /** @param all folded */
    TermSet(List<String> all) {
        this.all = all;
        ascii = new Terms(all.stream().filter(Terms::isAscii).toList());
    }

    /** Whether the first letters of a name contain one. */
    boolean isIn(char[] letters, int length) {
        if (Terms.isAscii(letters, 0, length)) {
            return ascii.find(letters, 0, length) == Terms.SOME;
        }
        String name = new String(letters, 0, length);
        for (String term : all) {
            if (name.contains(term)) {
                return true;
            }
        }
        return false;
    }
}
