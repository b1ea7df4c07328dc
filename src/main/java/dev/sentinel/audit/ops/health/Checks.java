package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.ops.metrics.Level;
import dev.sentinel.audit.store.StoreHealth;
import dev.sentinel.audit.store.StoreStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The conditions for readiness. Every check reads values in memory and does no I/O. */
final class Checks {
    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

    static final String STORE = "store";
    static final String QUEUE = "queue";
    static final String BOUNDS = "bounds";
    static final String DISK = "disk";
    static final String LIFECYCLE = "lifecycle";

    // Load balancers need a moment to react: the last tenth takes the events that arrive until then.
    private static final int FULL_PERCENT = 90;
    private static final long TIMEOUT_MILLIS = 500;

    private final HealthChecks checks;

    Checks(
            Vertx vertx,
            StoreHealth store,
            Level queue,
            List<SharedBound> bounds,
            long minFreeBytes,
            Readiness readiness,
            List<Notice> notices) {
        UsedUp usedUp = new UsedUp(bounds);
        checks = HealthChecks.create(vertx);
        register(STORE, () -> store(store.status()));
        register(QUEUE, () -> queue(queue.used().getAsLong(), queue.limit()));
        register(BOUNDS, () -> bounds(usedUp.names()));
        register(DISK, () -> disk(store.status(), minFreeBytes));
        register(LIFECYCLE, () -> lifecycle(readiness));
        notices.forEach(notice -> register(
                notice.name(), () -> status(true, new JsonObject(notice.data().get()))));
    }

    Future<CheckResult> evaluate() {
        return checks.checkStatus();
    }

    private void register(String name, Supplier<Status> check) {
        checks.register(name, TIMEOUT_MILLIS, result -> {
            Status status;
            try {
                status = check.get();
            } catch (RuntimeException failure) {
                // The library would put the text of the exception into the answer.
                LOG.warn("health check failed check={}", name, failure);
                status = Status.KO(new JsonObject().put("detail", "the check itself failed"));
            }
            result.tryComplete(status);
        });
    }

    private static Status store(StoreStatus store) {
        return status(
                store.writable(),
                new JsonObject()
                        .put("writable", store.writable())
                        .put("committed", store.committed())
                        .put("index_lag", store.lag()));
    }

    private static Status queue(long depth, long capacity) {
        boolean accepting = depth * 100 < capacity * FULL_PERCENT;
        return status(accepting, new JsonObject().put("depth", depth).put("capacity", capacity));
    }

    private static Status bounds(List<String> usedUp) {
        return status(usedUp.isEmpty(), new JsonObject().put("used_up", new JsonArray(usedUp)));
    }

    private static Status disk(StoreStatus store, long minFreeBytes) {
        long freeBytes = store.freeBytes();
        JsonObject data = new JsonObject()
                .put(
                        "database_bytes",
                        store.files().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .put("min_free_bytes", minFreeBytes);
        if (freeBytes != Long.MAX_VALUE) {
            data.put("free_bytes", freeBytes);
        }
        return status(freeBytes >= minFreeBytes, data);
    }

    private static Status lifecycle(Readiness readiness) {
        boolean stopping = readiness.isShuttingDown();
        return status(!stopping, new JsonObject().put("state", stopping ? "stopping" : "running"));
    }

    private static Status status(boolean ok, JsonObject data) {
        return new Status().setOk(ok).setData(data);
    }
}
