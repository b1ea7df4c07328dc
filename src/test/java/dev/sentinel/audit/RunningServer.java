package dev.sentinel.audit;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.LogReader;
import dev.sentinel.audit.store.Outcome;
import dev.sentinel.audit.store.StoreHealth;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** The whole server in this process, on a free port and with its own directory. */
public final class RunningServer implements AutoCloseable {
    public static final String VERSION = "1.2.3";

    private static final long SECONDS = 40;

    private final Sentinel sentinel;
    private final StorePorts store;
    private final TestClient client;

    private RunningServer(Sentinel sentinel, StorePorts store) {
        this.sentinel = sentinel;
        this.store = store;
        this.client = new TestClient(sentinel.port());
    }

    public static RunningServer start(Path directory) {
        return start(directory, Map.of(), UnaryOperator.identity(), Clock.systemUTC());
    }

    public static RunningServer start(Path directory, Map<String, String> environment) {
        return start(directory, environment, UnaryOperator.identity(), Clock.systemUTC());
    }

    /** Starts a server that has the time of another clock. */
    public static RunningServer at(Clock clock, Path directory) {
        return start(directory, Map.of(), UnaryOperator.identity(), clock);
    }

    /** Starts a server that appends through a decorator. */
    public static RunningServer appendingThrough(
            UnaryOperator<EventAppender> decorator, Path directory, Map<String, String> environment) {
        return start(
                directory,
                environment,
                store -> new StorePorts(
                        decorator.apply(store.appender()),
                        store.log(),
                        store.finder(),
                        store.summaries(),
                        store.health(),
                        store.leaves(),
                        store.signedLog()),
                Clock.systemUTC());
    }

    /** Starts a server that reads the log through a decorator. */
    public static RunningServer readingThrough(
            UnaryOperator<LogReader> decorator, Path directory, Map<String, String> environment) {
        return start(
                directory,
                environment,
                store -> new StorePorts(
                        store.appender(),
                        decorator.apply(store.log()),
                        store.finder(),
                        store.summaries(),
                        store.health(),
                        store.leaves(),
                        store.signedLog()),
                Clock.systemUTC());
    }

    /** Starts a server that finds events through a decorator. */
    public static RunningServer findingThrough(
            UnaryOperator<EventFinder> decorator, Path directory, Map<String, String> environment) {
        return start(
                directory,
                environment,
                store -> new StorePorts(
                        store.appender(),
                        store.log(),
                        decorator.apply(store.finder()),
                        store.summaries(),
                        store.health(),
                        store.leaves(),
                        store.signedLog()),
                Clock.systemUTC());
    }

    private static RunningServer start(
            Path directory, Map<String, String> environment, UnaryOperator<StorePorts> decorator, Clock clock) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.putIfAbsent("PORT", "0");
        variables.put("DATA_DIR", directory.toString());
        StorePorts[] undecorated = new StorePorts[1];
        UnaryOperator<StorePorts> kept = store -> {
            undecorated[0] = store;
            return decorator.apply(store);
        };
        Sentinel sentinel = get(Sentinel.start(SentinelConfig.fromEnvironment(variables), VERSION, kept, clock));
        return new RunningServer(sentinel, undecorated[0]);
    }

    public TestClient client() {
        return client;
    }

    /** The mounted resources. */
    public List<ApiResource> resources() {
        return sentinel.resources();
    }

    /** The health of the store. */
    public StoreHealth store() {
        return store.health();
    }

    /** Appends directly to the store, without HTTP and without any decorator. */
    public EventAppender appender() {
        return store.appender();
    }

    /** Appends directly to the store, without HTTP. */
    public List<Outcome> append(AuditEvent... events) {
        return get(store.appender().append(List.of(events)));
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
