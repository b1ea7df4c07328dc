package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.EventAppender;
import dev.sentinel.audit.store.EventStore;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Adds events to a store as a client would, and verifies the result. Reads and decodes one slice while the previous one
 * is being stored. Events added to the source after the start are left to the next run.
 */
public final class EventImport {
    /**
     * The work to do.
     *
     * @param from the first position that is not known to be in the target
     * @param end the position after the last row of the source
     * @param rows number of rows in between
     * @param conflicts number of rows before {@code from} that have the id of another event in the target
     */
    public record Plan(long from, long end, long rows, long conflicts) {}

    /**
     * The result of an import.
     *
     * @param refused every row of the source that is not in the target
     */
    public record Result(Verdict verdict, Refusals refused) {}

    /** A slice that is being stored. */
    private record Storing(EventSource.Rows rows, Future<List<Outcome>> outcomes) {}

    private final EventSource source;
    private final ImportProgress importProgress;
    private final EventContent content;
    private final RowReport report;
    private final MigrationProgress progress;

    /** @param content tells rows that are in the target already from others with the same id */
    public EventImport(
            EventSource source,
            ImportProgress importProgress,
            EventContent content,
            RowReport report,
            MigrationProgress progress) {
        this.source = source;
        this.importProgress = importProgress;
        this.content = content;
        this.report = report;
        this.progress = progress;
    }

    /**
     * Determines the work to do and writes nothing.
     *
     * @param merge whether the target may hold other events; if false, throws {@link Unusable} if it does
     * @param reread whether to begin with the first row again, since rows that were refused before may be valid now
     */
    public Plan plan(boolean merge, boolean reread) {
        long end = source.end();
        Optional<ImportProgress.Checkpoint> checkpoint = importProgress.read(source.id());
        if (checkpoint.isEmpty() && !merge && importProgress.targetHoldsEvents()) {
            throw new Unusable("the target holds other data; use an empty database, or add to it with --merge");
        }
        // A source that was restored from an older copy since then is read from the start.
        return checkpoint
                .filter(known -> !reread)
                .filter(known -> source.idBefore(known.position()).equals(Optional.ofNullable(known.lastEventId())))
                .map(known -> new Plan(known.position(), end, source.count(known.position(), end), known.conflicts()))
                .orElseGet(() -> new Plan(0, end, source.count(0, end), 0));
    }

    /** Decodes the rows to import, writes nothing, and returns those that would be refused. */
    public Refusals rehearse(Plan plan) {
        Refusals refusals = new Refusals(report);
        long at = plan.from();
        while (at < plan.end()) {
            EventSource.Rows rows = source.read(at, plan.end());
            if (rows.size() == 0) {
                break;
            }
            refusals.add(rows);
            at = rows.next();
        }
        return refusals;
    }

    /**
     * Imports and verifies. May be called again after any failure, also by another process.
     *
     * @param adoptRest takes over what is not events, such as keys
     */
    public Result run(Plan plan, EventStore target, Runnable adoptRest) {
        ImportProgress.Checkpoint reached = copy(plan, target);
        adoptRest.run();
        Result result = new ImportVerification(source, target, target, content, report, progress)
                .upTo(plan.end(), reached.conflicts());
        if (result.verdict() instanceof Verdict.Verified verified) {
            importProgress.write(new ImportProgress.Checkpoint(
                    reached.source(),
                    reached.position(),
                    reached.lastEventId(),
                    reached.conflicts(),
                    verified.digest()));
        }
        return result;
    }

    private ImportProgress.Checkpoint copy(Plan plan, EventAppender target) {
        progress.begin(MigrationProgress.Phase.COPY, 0, plan.rows());
        ImportProgress.Checkpoint checkpoint = new ImportProgress.Checkpoint(
                source.id(), plan.from(), source.idBefore(plan.from()).orElse(null), plan.conflicts(), null);
        // Before the first event, so that the target is known to hold events of this import.
        importProgress.write(checkpoint);
        long done = 0;
        Storing storing = null;
        long at = plan.from();
        while (true) {
            EventSource.Rows rows = source.read(at, plan.end());
            if (storing != null) {
                checkpoint = stored(storing, checkpoint);
                done += storing.rows.size();
                progress.at(done);
            }
            if (rows.size() == 0) {
                break;
            }
            storing = new Storing(
                    rows,
                    rows.events().isEmpty()
                            ? Future.succeededFuture(List.of())
                            : target.append(rows.events().stream()
                                    .map(EventSource.Row::event)
                                    .toList()));
            at = rows.next();
        }
        progress.end();
        return checkpoint;
    }

    private ImportProgress.Checkpoint stored(Storing storing, ImportProgress.Checkpoint before) {
        long conflicts = storing.outcomes.await().stream()
                .filter(Outcome.Conflict.class::isInstance)
                .count();
        ImportProgress.Checkpoint checkpoint = new ImportProgress.Checkpoint(
                before.source(),
                storing.rows.next(),
                source.idBefore(storing.rows.next()).orElse(null),
                before.conflicts() + conflicts,
                null);
        importProgress.write(checkpoint);
        return checkpoint;
    }
}
