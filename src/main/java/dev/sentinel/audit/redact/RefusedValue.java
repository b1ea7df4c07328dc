package dev.sentinel.audit.redact;

/**
 * The last long value without quotes that is no secret. Values that end with it, as in {@code a=b=c=…}, may be none for
 * the same reason. Reused for many values; one thread.
 */
final class RefusedValue {
    private int from;
    /** Where the values begin that do not have the reason. */
    private int until;

    private int end;
    private NameSecrecy secrecy = NameSecrecy.NONE;

    /** Starts a new text. */
    void begin() {
        end = -1;
    }

    /** Remembers a value that was refused and has no fallback. */
    void remember(NameSecrecy newSecrecy, int newFrom, int newUntil, int newEnd) {
        secrecy = newSecrecy;
        from = newFrom;
        until = newUntil;
        end = newEnd;
    }

    /** Whether the value of this assignment is refused too, provided that neither brackets nor quotes end it. */
    boolean endsWith(Assignment assignment, char[] text, int start, int valueEnd, int to) {
        return valueEnd == end
                && start >= from
                && start < until
                && assignment.secrecy() == secrecy
                && !assignment.inQuotes()
                && text[start] != '$'
                && text[start] != '{'
                && (valueEnd == to || !Unquoted.isClosing(text[valueEnd]));
    }
}
