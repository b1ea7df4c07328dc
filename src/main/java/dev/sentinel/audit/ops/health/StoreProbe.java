package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.store.StoreHealth;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a store that failed to write recover without traffic. A server that is not ready gets no requests, so without a
 * probe it would never write again and never notice that the disk has space.
 *
 * <p>Confined to one context. Runs one probe at a time: more probes would only queue in the store behind one that
 * hangs.
 */
final class StoreProbe {
    private static final Logger LOG = LoggerFactory.getLogger(StoreProbe.class);

    private final Vertx vertx;
    private final StoreHealth store;
    private final Duration pause;
    private boolean busy;

    /** @param pause between the end of a probe and the next one */
    StoreProbe(Vertx vertx, StoreHealth store, Duration pause) {
        this.vertx = vertx;
        this.store = store;
        this.pause = pause;
    }

    /** Probes if the store is not writable and a probe is due; returns at once. */
    void probeIfNeeded() {
        if (busy || store.status().writable()) {
            return;
        }
        busy = true;
        store.probe()
                .onFailure(failure -> LOG.debug("the store still cannot write cause={}", failure.toString()))
                .onComplete(done -> vertx.setTimer(pause.toMillis(), timer -> busy = false));
    }
}
