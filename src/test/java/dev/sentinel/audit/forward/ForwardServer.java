package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Within;
import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.bus.LocalCodec;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.keys.RecordAct;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.StoredDestination;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The engine of destinations on real stores, without HTTP, with short times. */
final class ForwardServer implements AutoCloseable {
    static final String ID = "siem";

    static final Timing QUICK = new Timing(
            Duration.ofMillis(20),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(5),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofMillis(50));

    static final Within WITHIN = Within.seconds(20);

    final Vertx vertx = Vertx.vertx();
    final Receiver receiver;
    final EventStore log;
    final DestinationStore store;
    final Reach reach = (host, port) -> Future.succeededFuture(SocketAddress.inetSocketAddress(port, host));
    final Opener opener;
    final Definitions definitions;
    final Forwarding running = new Forwarding();
    final MeterRegistry registry = new SimpleMeterRegistry();
    final List<String> acts = new CopyOnWriteArrayList<>();
    private final Events events;
    private final Timing timing;
    private String deployment;
    volatile SignedCheckpoint checkpoint;
    RowDefinitions rows = new RowDefinitions(Map.of());

    ForwardServer(StoreConfig config, Path secrets, Receiver receiver, Timing timing, long seed) {
        LocalCodec.register(vertx);
        this.receiver = receiver;
        this.timing = timing;
        this.events = new Events(seed);
        this.log = Databases.events(vertx, config, Clock.systemUTC()).await();
        this.store = Databases.destinationsOfServer(vertx, config).await();
        this.opener = new Opener(
                vertx,
                new DestinationTypes(List.of(receiver)),
                reach,
                reach,
                "urn:test",
                new SecretBox(secrets, true),
                Map.of());
        this.definitions = new Definitions(opener);
        RecordAct.ADDRESS.serve(vertx.eventBus(), request -> {
            acts.add(request.act().event());
            return Future.succeededFuture();
        });
    }

    ForwardParts parts() {
        return new ForwardParts(
                vertx,
                log,
                () -> Optional.ofNullable(checkpoint),
                store,
                opener,
                new Budget(vertx, "readings", 2, Duration.ofSeconds(60)),
                new ForwardActs(vertx, Clock.systemUTC()),
                registry,
                Clock.systemUTC(),
                timing);
    }

    ForwardServer deploy() {
        return deploy(20);
    }

    ForwardServer deploy(int max) {
        deployment = vertx.deployVerticle(new ForwardVerticle(parts(), rows, max, running))
                .await();
        return this;
    }

    void undeploy() {
        vertx.undeploy(deployment).await();
    }

    Definition definition(String onRefused, Map<String, List<String>> filters) {
        return definitions.of(ID, "test:here", Map.of(), Map.of(), filters, onRefused, "", Definition.Origin.COMMAND);
    }

    void add(long next) {
        add(next, "stop", Map.of());
    }

    void add(long next, String onRefused, Map<String, List<String>> filters) {
        String text = DefinitionText.of(definition(onRefused, filters));
        assertThat(store.add(StoredDestination.starting(ID, text, next, null)).await())
                .isTrue();
    }

    void append(int count) {
        log.append(events.next(count)).await();
        WITHIN.until("the events are in the log", () -> log.end() >= count);
    }

    StoredDestination row() {
        return row(ID);
    }

    StoredDestination row(String id) {
        return store.all().await().stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    void awaitRow(String what, Predicate<StoredDestination> condition) {
        WITHIN.until(what, () -> condition.test(row()));
    }

    void awaitState(DestinationState state) {
        awaitRow("the state is " + state, row -> row.state() == state);
    }

    void awaitTaken(int count) {
        WITHIN.until(count + " events are taken", () -> receiver.taken().size() >= count);
    }

    @Override
    public void close() {
        // Closes the engine before the stores that it uses.
        if (deployment != null) {
            vertx.undeploy(deployment).otherwiseEmpty().await();
        }
        store.close().await();
        log.close().await();
        vertx.close().await();
    }
}
