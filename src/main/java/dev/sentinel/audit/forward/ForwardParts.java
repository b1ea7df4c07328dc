package dev.sentinel.audit.forward;

import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.LogReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What all destinations of a server share.
 *
 * @param checkpoints the newest one, if the log is signed
 * @param readings permits to read a slice of the log
 */
record ForwardParts(
        Vertx vertx,
        LogReader log,
        Supplier<Optional<SignedCheckpoint>> checkpoints,
        DestinationStore store,
        Opener opener,
        Budget readings,
        ForwardActs acts,
        MeterRegistry registry,
        Clock clock,
        Timing timing) {}
