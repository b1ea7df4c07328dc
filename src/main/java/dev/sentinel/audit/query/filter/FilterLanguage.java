package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.store.Condition;

/**
 * The filter language: {@code agent:billing-* (status:error OR status:denied) -meta.tool.name:search latency:>500}.
 * Terms side by side must all match. The guide to the API describes it.
 */
public final class FilterLanguage {
    /** The longest filter, in characters (code points). */
    public static final int MAX_CHARACTERS = 1_000;

    /** Keys and texts in one filter. */
    static final int MAX_TERMS = 30;

    /** Terms that search texts, patterns or metadata: each one reads all that an event has of those. */
    static final int MAX_TEXT_TERMS = 10;

    /** Parentheses within parentheses. */
    static final int MAX_NESTING = 10;

    private FilterLanguage() {}

    /**
     * Parses a filter of at most {@link #MAX_CHARACTERS} characters, without NUL.
     *
     * @throws MalformedFilterException with a message for the client
     */
    public static Condition parse(String filter) throws MalformedFilterException {
        return new FilterParser(filter).parse();
    }

    /** The filter that {@link #parse} reads as this condition. Equal texts mean equal conditions. */
    public static String print(Condition condition) {
        return FilterPrinter.print(condition);
    }
}
