package dev.sentinel.audit.keys;

import dev.sentinel.audit.bus.Address;
import java.time.Instant;

/** A request to the owner of the {@link KeyStore} about a key, by an administrator of a running server. */
public sealed interface KeyChange {
    /** Replies when the change is durable and in effect on this server; fails with a Failure. */
    Address<KeyChange, Void> ADDRESS = new Address<>("sentinel.keys");

    /** Adds a key with an id that no other has. */
    record Add(ApiKey key, AdminAct act) implements KeyChange {}

    /** Makes a key invalid from that time on. */
    record Revoke(String id, Instant from, AdminAct act) implements KeyChange {}
}
