package dev.sentinel.audit.store;

import java.util.List;

/**
 * What a text must be: its parts in this order, with any characters, or none, in between. Case-sensitive. Immutable.
 *
 * @param parts one part is the whole text; of several, only the first and the last may be empty
 */
public record TextPattern(List<String> parts) {
    /** Gaps between the parts. In SQL, each one costs another search through the text. */
    public static final int MAX_GAPS = 3;

    /** Any text. */
    public static final TextPattern ANY = new TextPattern(List.of("", ""));

    public TextPattern {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAX_GAPS + 1) {
            throw new IllegalArgumentException("a pattern has 1 to " + (MAX_GAPS + 1) + " parts: " + parts.size());
        }
        if (parts.size() > 2 && parts.subList(1, parts.size() - 1).contains("")) {
            throw new IllegalArgumentException("only the first and the last part may be empty");
        }
    }

    /** Exactly this text. */
    public static TextPattern exactly(String text) {
        return new TextPattern(List.of(text));
    }

    public boolean isExact() {
        return parts.size() == 1;
    }

    /** Whether every text matches. */
    public boolean isAny() {
        return equals(ANY);
    }

    /** What the text begins with; the whole text if the pattern is exact. */
    public String first() {
        return parts.get(0);
    }

    /** What the text ends with; the whole text if the pattern is exact. */
    public String last() {
        return parts.get(parts.size() - 1);
    }

    /** Characters that must be searched for: those of the parts in between. The others have their place. */
    int soughtCharacters() {
        return middle().stream().mapToInt(String::length).sum();
    }

    /** The parts in between, none of them empty. */
    public List<String> middle() {
        return isExact() ? List.of() : parts.subList(1, parts.size() - 1);
    }
}
