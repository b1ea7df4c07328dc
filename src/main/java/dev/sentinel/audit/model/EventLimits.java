package dev.sentinel.audit.model;

/** The limits of the wire contract and their error texts. The server and the client library use the same ones. */
public final class EventLimits {
    /** Characters (code points) of an agent id, a trace id, a session id, or whom the agent acts for. */
    public static final int MAX_ID = 255;

    /** Characters of a span id. */
    public static final int MAX_SPAN_ID = 64;

    /** Characters (code points). */
    public static final int MAX_RESOURCE = 1024;

    /** Bytes of UTF-8, minified. */
    public static final int MAX_METADATA_BYTES = 65_536;

    /** Nested levels of objects and arrays. */
    public static final int MAX_METADATA_DEPTH = 32;

    /** Characters of a number in metadata, as it is written. */
    public static final int MAX_NUMBER = 1_000;

    public static final String ID_RULE = "must be a string of 1 to 255 characters";
    public static final String LINK_RULE = "must be a string of 1 to 255 characters, or null";
    public static final String SPAN_ID_RULE =
            "must be a string of 1 to 64 letters, digits, dots, colons, hyphens or underscores, or null";
    public static final String ID_SECRET =
            "must not contain a secret, such as an API key or a password; identifiers are stored as they are sent";
    public static final String RESOURCE_RULE = "must be a string of 1 to 1024 characters";
    public static final String METADATA_TOO_LARGE = "must be at most 65,536 bytes of JSON";
    public static final String NUMBER_TOO_LONG = "must be a number of at most 1,000 characters";
    public static final String METADATA_TOO_DEEP = "must not nest deeper than 32 levels";

    private EventLimits() {}

    /** Whether a character may be part of a span id. */
    public static boolean isOfSpanId(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '.'
                || c == '_'
                || c == ':'
                || c == '-';
    }
}
