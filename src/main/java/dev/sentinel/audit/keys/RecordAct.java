package dev.sentinel.audit.keys;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.http.auth.KeysVerticle;

/**
 * Requests that an administrative action taken through the server is captured, like those of the command line. Served
 * by {@link KeysVerticle}.
 */
public record RecordAct(AdminAct act) {
    /** Replies when the action is durably captured; fails with {@link dev.sentinel.audit.failure.Failure}. */
    public static final Address<RecordAct, Void> ADDRESS = new Address<>("sentinel.acts");
}
