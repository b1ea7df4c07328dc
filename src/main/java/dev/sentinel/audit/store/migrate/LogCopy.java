package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Unusable;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies a log unchanged, with its positions, and verifies the copy. Reads one slice while the previous one is being
 * written. Events added to the log after the start are left to the next run: so each run ends, and the next run is
 * short.
 */
public final class LogCopy {
    /**
     * The work to do.
     *
     * @param from the first position that the target does not hold
     * @param end the position after the last event of the source
     * @param isComplete whether the target holds everything, and a server may have used it since
     */
    public record Plan(long from, long end, boolean isComplete) {}

    /** A slice of the source, and the pending read of the same positions of the target. */
    private record Pair(List<StoredEvent> ours, Future<List<StoredEvent>> theirs) {}

    private final LogSource source;
    private final LogTarget target;
    private final Consumer<Plan> adoptRest;
    private final MigrationProgress progress;

    /** @param adoptRest takes over what is not in the log, such as keys, before a server may use the target */
    public LogCopy(LogSource source, LogTarget target, Consumer<Plan> adoptRest, MigrationProgress progress) {
        this.source = source;
        this.target = target;
        this.adoptRest = adoptRest;
        this.progress = progress;
    }

    /**
     * Determines the work to do and writes nothing. Throws {@link Unusable} if the target holds anything other than the
     * start of this log.
     */
    public Plan plan() {
        long end = source.end();
        LogTarget.Held held = target.held(source.logId());
        if (held.events() > 0) {
            if (!held.begun()) {
                throw otherData("events that were not migrated from this log");
            }
            if (held.events() > end) {
                throw otherData("%,d events, but this log has only %,d; a server may have used the target"
                        .formatted(held.events(), end));
            }
            StoredEvent last = source.read(held.events() - 1, held.events()).get(0);
            if (!last.event().eventId().equals(held.lastEventId())) {
                throw otherData("a different event at position " + (held.events() - 1));
            }
        }
        return new Plan(held.events(), end, held.complete() && held.begun() && held.events() == end);
    }

    private static Unusable otherData(String what) {
        return new Unusable(
                "the target holds other data: " + what + "; use an empty database, or add to it with --merge");
    }

    /** Copies and verifies. May be called again after any failure, also by another process. */
    public Verdict run(Plan plan) {
        target.begin(source.logId());
        copy(plan);
        target.deriveQueryData();
        adoptRest.accept(plan);
        Verdict verdict = verify(plan.end());
        if (verdict instanceof Verdict.Verified verified) {
            target.finish(source.logId(), verified.events(), verified.digest(), source.number());
        }
        return verdict;
    }

    private void copy(Plan plan) {
        progress.begin(MigrationProgress.Phase.COPY, plan.from(), plan.end());
        Future<Void> writing = Future.succeededFuture();
        long at = plan.from();
        while (at < plan.end()) {
            List<StoredEvent> slice = source.read(at, plan.end());
            writing.await();
            progress.at(at);
            writing = target.append(slice);
            at += slice.size();
        }
        writing.await();
        progress.at(at);
        progress.end();
    }

    private Verdict verify(long end) {
        progress.begin(MigrationProgress.Phase.VERIFY, 0, end);
        Verification verification = new Verification();
        Pair pair = end == 0 ? null : pair(0, end);
        long at = 0;
        while (pair != null) {
            at += pair.ours.size();
            Pair next = at < end ? pair(at, end) : null;
            Verdict.Mismatch mismatch = verification.compare(pair.ours, pair.theirs.await());
            if (mismatch != null) {
                progress.end();
                return mismatch;
            }
            progress.at(at);
            pair = next;
        }
        progress.end();
        return verification.verdict(target);
    }

    private Pair pair(long from, long end) {
        List<StoredEvent> ours = source.read(from, end);
        return new Pair(ours, target.read(from, from + ours.size()));
    }
}
