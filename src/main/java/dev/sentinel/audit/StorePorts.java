package dev.sentinel.audit;

import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.LeafFeed;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.SignedLog;
import dev.sentinel.audit.store.StoreHealth;
import dev.sentinel.audit.store.Summaries;

/** What the parts of a server see of its store; any port may be decorated for itself. */
record StorePorts(
        EventAppender appender,
        LogReader log,
        EventFinder finder,
        Summaries summaries,
        StoreHealth health,
        LeafFeed leaves,
        SignedLog signedLog) {

    static StorePorts of(EventStore store) {
        return new StorePorts(store, store, store, store, store, store, store);
    }
}
