package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.ForwardConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.LogReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the parts that pass the log on. */
public final class Forward {
    /** A slice of the log may have megabytes; together with the batches of 20 destinations they bound the memory. */
    private static final int MAX_READINGS = 2;

    /** Longer than all destinations together need. */
    private static final Duration READING_TIMEOUT = Duration.ofSeconds(60);

    private final ForwardConfig config;
    private final ForwardParts parts;
    private final Definitions definitions;
    private final EnvironmentDestinations environment;
    private final Forwarding running = new Forwarding();

    /**
     * Creates the parts and starts nothing. Throws {@link dev.sentinel.audit.failure.Unusable} if a destination of the
     * environment makes no sense.
     *
     * @param checkpoints the newest one, if the log is signed; asked often
     * @param reach what destinations that clients of the API make may connect to
     * @param operatorsReach what those of the operator may connect to
     * @param source names the log, as a URI reference
     */
    public Forward(
            Vertx vertx,
            ForwardConfig config,
            DestinationTypes types,
            DestinationStore store,
            LogReader log,
            Supplier<Optional<SignedCheckpoint>> checkpoints,
            Reach reach,
            Reach operatorsReach,
            String source,
            MeterRegistry registry,
            Clock clock) {
        this.config = config;
        SecretBox box = new SecretBox(config.secretsKeyFile(), config.makesKey());
        Opener opener = new Opener(vertx, types, reach, operatorsReach, source, box, config.values());
        this.definitions = new Definitions(opener);
        this.parts = new ForwardParts(
                vertx,
                log,
                checkpoints,
                store,
                opener,
                new Budget(vertx, "readings for destinations", MAX_READINGS, READING_TIMEOUT),
                new ForwardActs(vertx, clock),
                registry,
                clock,
                Timing.USUAL);
        this.environment = EnvironmentDestinations.of(config, definitions);
    }

    /**
     * Takes over what the environment says, and returns what delivers, to be deployed on an event loop. Fails with
     * {@link dev.sentinel.audit.failure.Unusable} if the type of one does not accept what the environment says.
     */
    public Future<Deployable> prepare() {
        return environment
                .check(config, definitions)
                .compose(done -> environment.apply(parts.store(), parts.log()))
                .map(new ForwardVerticle(parts, environment.rows(), config.maxDestinations(), running));
    }

    /** With which administrators see and change destinations. */
    public ApiResource resource() {
        Administration administration =
                new Administration(parts, definitions, environment.rows(), config.maxDestinations());
        return new DestinationsResource(parts, administration, running);
    }
}
