package dev.sentinel.audit.keys;

import dev.sentinel.audit.bus.Address;

/** A request to the owner of the {@link KeyStore} about sessions. */
public sealed interface SessionChange {
    /** Replies when the change is durable and in effect on this server; fails with a Failure. */
    Address<SessionChange, Void> ADDRESS = new Address<>("sentinel.sessions");

    /** A browser has signed in. */
    record Begin(Session session) implements SessionChange {}

    /** A browser has signed out; an unknown session is ignored. */
    record End(TokenHash cookie) implements SessionChange {}

    /**
     * A browser shows a session that this server does not know. Another server may have begun it within the last
     * second.
     */
    record LookAgain() implements SessionChange {}
}
