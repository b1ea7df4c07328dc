package dev.sentinel.audit.query.filter;

/** The text is not a filter. The message is for the client: where, what, and what was meant. */
public final class MalformedFilterException extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Stackless, because it is an expected result.
     *
     * @param column of the text, from 1, in characters (code points)
     */
    MalformedFilterException(int column, String message) {
        super("column " + column + ": " + message, null, false, false);
    }
}
