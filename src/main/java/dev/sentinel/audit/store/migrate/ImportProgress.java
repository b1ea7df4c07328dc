package dev.sentinel.audit.store.migrate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stores the checkpoint of an import, in or beside its target. While it is open, no other migration uses the target.
 * Blocking, one thread; failures are {@link dev.sentinel.audit.failure.Failure}s with one line.
 */
public interface ImportProgress extends AutoCloseable {

    /**
     * The progress of an import.
     *
     * @param source see {@link EventSource#id}
     * @param position every row of the source before this position has been processed
     * @param lastEventId event id of the last row before the position; null if there is none
     * @param conflicts number of rows before the position that have the id of another event in the target
     * @param digest digest of the verified events; null if the import is not finished
     */
    record Checkpoint(
            String source,
            long position,
            @Nullable String lastEventId,
            long conflicts,
            @Nullable String digest) {}

    /** Whether the target holds events of any origin. Writes nothing; the target need not exist yet. */
    boolean targetHoldsEvents();

    /** The last checkpoint of a source; empty if there is none. Writes nothing. */
    Optional<Checkpoint> read(String source);

    /** Stores a checkpoint durably. The target must exist. */
    void write(Checkpoint checkpoint);

    @Override
    void close();
}
