package dev.sentinel.audit.store.migrate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an import remembers, in or beside its target, how far it is; as long as it is open, no other migration uses the
 * target. Blocking, one thread; failures are {@link dev.sentinel.audit.failure.Failure}s of one line.
 */
public interface ImportProgress extends AutoCloseable {

    /**
     * How far an import is.
     *
     * @param source see {@link EventSource#id}
     * @param position every row of the source before it has been handled
     * @param lastEventId of the row before that; null if there is none
     * @param conflicts rows before it whose event id is that of another event in the target
     * @param digest of the verified events; null if it is not finished
     */
    record Checkpoint(
            String source,
            long position,
            @Nullable String lastEventId,
            long conflicts,
            @Nullable String digest) {}

    /** Whether the target holds events, of whatever origin. Writes nothing; there may be no target yet. */
    boolean targetHoldsEvents();

    /** The mark of a source, as it was left. Writes nothing. */
    Optional<Checkpoint> read(String source);

    /** Remembers durably. The target exists. */
    void write(Checkpoint mark);

    @Override
    void close();
}
