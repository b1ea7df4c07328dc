package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The only thread that writes the log. Deployed as a worker with a pool of one.
 *
 * <p>Who runs on its context may call {@link #append} directly; all others send requests.
 */
final class LogWriterVerticle extends VerticleBase {

    /** A request to the log writer. */
    sealed interface Request {}

    /** Appends events; the reply is the list of outcomes. */
    record Write(List<AuditEvent> events) implements Request {}

    /** Performs a probe write; the reply is an empty list. */
    record Probe() implements Request {}

    /** Records the number of a signed log that was begun; the reply is an empty list. */
    record Begin(int number) implements Request {}

    private final Address<Request, List<Outcome>> address;
    private final Address<Wake, Void> indexWriter;
    private final LogWriter writer;
    private final IndexBacklog backlog;
    private volatile @Nullable Thread thread;

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
        thread = Thread.currentThread();
        return address.serve(vertx.eventBus(), this::serve).completion();
    }

    @Override
    public Future<?> stop() {
        writer.close();
        return Future.succeededFuture();
    }

    /** The context of the thread that writes; null before the start. */
    Context writerContext() {
        return context;
    }

    /** Whether the current thread is the one that writes. */
    boolean isCurrentThread() {
        return Thread.currentThread().equals(thread);
    }

    /** Appends in the current thread, which must be the one that writes; the future is complete. */
    Future<List<Outcome>> append(List<AuditEvent> events) {
        return answer(() -> writer.append(events));
    }

    private Future<List<Outcome>> serve(Request request) {
        if (request instanceof Write write) {
            return append(write.events());
        }
        return answer(() -> {
            if (request instanceof Begin begin) {
                writer.beginNumber(begin.number());
            } else {
                writer.probe();
            }
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
