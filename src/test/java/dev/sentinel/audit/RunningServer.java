package dev.sentinel.audit;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** The whole server in this process, on a free port and a directory of its own. */
public final class RunningServer implements AutoCloseable {
    public static final String VERSION = "1.2.3";

    private static final long SECONDS = 40;

    private final Sentinel sentinel;
    private final EventStore store;
    private final TestClient client;

    private RunningServer(Sentinel sentinel, EventStore store) {
        this.sentinel = sentinel;
        this.store = store;
        this.client = new TestClient(sentinel.port());
    }

    public static RunningServer start(Path directory) {
        return start(directory, Map.of(), UnaryOperator.identity());
    }

    public static RunningServer start(Path directory, Map<String, String> environment) {
        return start(directory, environment, UnaryOperator.identity());
    }

    /** Starts a server that reaches its store through a decorator. */
    public static RunningServer start(
            Path directory, Map<String, String> environment, UnaryOperator<EventStore> decorator) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("PORT", "0");
        variables.put("DATA_DIR", directory.toString());
        EventStore[] undecorated = new EventStore[1];
        Sentinel sentinel = get(Sentinel.start(SentinelConfig.fromEnvironment(variables), VERSION, store -> {
            undecorated[0] = store;
            return decorator.apply(store);
        }));
        return new RunningServer(sentinel, undecorated[0]);
    }

    public TestClient client() {
        return client;
    }

    /** What is mounted. */
    public List<ApiResource> resources() {
        return sentinel.resources();
    }

    /** The store itself, without its decorator. */
    public EventStore store() {
        return store;
    }

    /** Appends to the store, past the door. */
    public List<Outcome> append(AuditEvent... events) {
        return get(store.append(List.of(events)));
    }

    @Override
    public void close() {
        get(sentinel.stop());
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.await(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
