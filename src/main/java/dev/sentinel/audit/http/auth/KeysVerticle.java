package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.EventReader;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.persist.Append;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what administrators change, within a second: keys become valid or invalid, and what was done is captured
 * as events. To be deployed once, as a worker, after the persistence; owns the store of keys, which blocks.
 */
public final class KeysVerticle extends VerticleBase {
    /** Who sends the events about administrators; no key has this id. */
    static final String SUBMITTER = "sentinel";

    private static final Logger LOG = LoggerFactory.getLogger(KeysVerticle.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final int PACES_A_MINUTE = 60;
    private static final Duration CAPTURE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ACTS = 100;

    private final KeyStore store;
    private final CurrentKeys keys;
    private final EventReader events;
    private int paces;
    private boolean capturing;
    private boolean failing;

    /** Makes the verticle; keys are current when it is deployed. */
    public KeysVerticle(KeyStore store, CurrentKeys keys, EventReader events) {
        this.store = store;
        this.keys = keys;
        this.events = events;
    }

    @Override
    public Future<?> start() {
        refresh();
        RecordAct.ADDRESS.serve(vertx.eventBus(), request -> capture(List.of(request.act())));
        vertx.setPeriodic(PACE.toMillis(), timer -> tick());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        try {
            // A store that has just not answered would not answer now, and the process is to end.
            if (!failing) {
                flushUses();
            }
        } finally {
            store.close();
        }
        return Future.succeededFuture();
    }

    private void tick() {
        try {
            refresh();
            if (++paces % PACES_A_MINUTE == 0) {
                flushUses();
            }
            captureActs();
            if (failing) {
                LOG.info("keys can be read again");
                failing = false;
            }
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.error("keys cannot be read consequence=the-keys-of-before-stay-valid", e);
                failing = true;
            }
        }
    }

    private void refresh() {
        if (store.changed()) {
            keys.replace(store.keys());
        }
    }

    private void flushUses() {
        Map<String, Instant> uses = keys.takeUses();
        if (!uses.isEmpty()) {
            store.used(uses);
        }
    }

    /** An act leaves the store of keys when the log has it; sent twice, it is a duplicate there. */
    private void captureActs() {
        List<AdminAct> acts = capturing ? List.of() : store.uncaptured(MAX_ACTS);
        if (acts.isEmpty()) {
            return;
        }
        capturing = true;
        capture(acts)
                .onSuccess(done -> store.captured(acts))
                .onFailure(cause -> LOG.warn("administrative acts wait for the store acts={}", acts.size()))
                .onComplete(done -> capturing = false);
    }

    private Future<Void> capture(List<AdminAct> acts) {
        return Append.ADDRESS
                .request(vertx.eventBus(), new Append(decode(acts), 1), CAPTURE_TIMEOUT)
                .mapEmpty();
    }

    private List<AuditEvent> decode(List<AdminAct> acts) {
        List<AuditEvent> decoded = new ArrayList<>();
        for (AdminAct act : acts) {
            AuditEvent event = decode(act);
            if (event == null) {
                LOG.error(
                        "an administrative act is no valid event event_id={} consequence=not-captured", act.eventId());
            } else {
                decoded.add(event);
            }
        }
        return decoded;
    }

    private @Nullable AuditEvent decode(AdminAct act) {
        try {
            byte[] json = act.event().getBytes(StandardCharsets.UTF_8);
            return events.readJson(json, SUBMITTER).events().get(0) instanceof DecodedEvent.Valid valid
                    ? valid.event()
                    : null;
        } catch (MalformedJsonException e) {
            return null;
        }
    }
}
