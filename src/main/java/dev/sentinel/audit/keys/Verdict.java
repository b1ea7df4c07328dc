package dev.sentinel.audit.keys;

/** The result of authenticating a token. */
public sealed interface Verdict {

    /** The token is valid. */
    record Accepted(Principal principal) implements Verdict {}

    /** Why a token is refused. */
    enum Refused implements Verdict {
        /** The client sent no token. */
        MISSING,
        /** No such token exists. */
        UNKNOWN,
        EXPIRED,
        REVOKED,
        /** The browser shows a session that does not exist, has expired, or has lost its key. */
        NO_SESSION
    }
}
