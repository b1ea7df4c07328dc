package dev.sentinel.audit.keys;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.http.auth.KeysVerticle;

/**
 * Asks for something that was done through the server to be captured, as what the commands do is; served by
 * {@link KeysVerticle}.
 */
public record RecordAct(AdminAct act) {
    /** Replies when it is captured, durably; fails with {@link dev.sentinel.audit.failure.Failure}. */
    public static final Address<RecordAct, Void> ADDRESS = new Address<>("sentinel.acts");
}
