package dev.sentinel.audit.access;

import dev.sentinel.audit.auth.AdminAct;
import dev.sentinel.audit.bus.Address;

/** Asks for something that was done through the server to be captured, as what the commands do is; served by {@link KeysVerticle}. */
public record RecordAct(AdminAct act) {
    /** Replies when it is captured, durably; fails with {@link dev.sentinel.audit.store.StoreException}. */
    public static final Address<RecordAct, Void> ADDRESS = new Address<>("sentinel.acts");
}
