package dev.sentinel.audit.keys;

/** Whether a token is good. */
public sealed interface Verdict {

    /** It is. */
    record Accepted(Principal principal) implements Verdict {}

    /** It is not. */
    enum Refused implements Verdict {
        /** There was none. */
        MISSING,
        /** Nobody has made it. */
        UNKNOWN,
        EXPIRED,
        REVOKED
    }
}
