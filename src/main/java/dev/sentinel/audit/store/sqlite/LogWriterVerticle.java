package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Supplier;

/** The only thread that writes the log. Deployed as a worker with a pool of one. */
final class LogWriterVerticle extends VerticleBase {

    /** A request to the log writer. */
    sealed interface Request {}

    /** Appends events; the reply is the list of outcomes. */
    record Write(List<AuditEvent> events) implements Request {}

    /** Performs a probe write; the reply is an empty list. */
    record Probe() implements Request {}

    private final Address<Request, List<Outcome>> address;
    private final Address<Wake, Void> indexWriter;
    private final LogWriter writer;
    private final IndexBacklog backlog;

    LogWriterVerticle(
            Address<Request, List<Outcome>> address,
            Address<Wake, Void> indexWriter,
            LogWriter writer,
            IndexBacklog backlog) {
        this.address = address;
        this.indexWriter = indexWriter;
        this.writer = writer;
        this.backlog = backlog;
    }

    @Override
    public Future<?> start() {
        return address.serve(vertx.eventBus(), this::serve).completion();
    }

    @Override
    public Future<?> stop() {
        writer.close();
        return Future.succeededFuture();
    }

    private Future<List<Outcome>> serve(Request request) {
        if (request instanceof Write write) {
            return answer(() -> writer.append(write.events()));
        }
        return answer(() -> {
            writer.probe();
            return List.of();
        });
    }

    private Future<List<Outcome>> answer(Supplier<List<Outcome>> work) {
        try {
            return Future.succeededFuture(work.get());
        } catch (Failure e) {
            return Future.failedFuture(e);
        } finally {
            if (writer.takeIndexDamage()) {
                indexWriter.publish(vertx.eventBus(), Wake.DAMAGE);
            }
            if (backlog.takeWake()) {
                indexWriter.publish(vertx.eventBus(), Wake.WORK);
            }
        }
    }
}
