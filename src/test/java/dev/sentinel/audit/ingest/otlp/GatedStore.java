package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The real store, which appends only when a gate lets it. */
record GatedStore(EventAppender real, Supplier<Future<Void>> gate) implements EventAppender {
    @Override
    public Future<List<Outcome>> append(List<AuditEvent> events) {
        return gate.get().compose(open -> real.append(events));
    }

    @Override
    public int parallelAppends() {
        return real.parallelAppends();
    }

    @Override
    public Optional<Context> writerContext() {
        return real.writerContext();
    }
}
