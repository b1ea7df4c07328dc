package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Stores destinations: what they are, how far each has got, and which server delivers. Several processes may have it
 * open at once.
 *
 * <p>One server at a time owns a destination, by a lease that it renews. Each new owner gets a higher fence, and what
 * an owner writes takes effect only while its fence is the current one. So a server that was frozen and comes back can
 * repeat deliveries, but it cannot move the cursor.
 *
 * <p>Any thread; no method blocks. A Future that fails does so with a {@link dev.sentinel.audit.failure.Failure}. A
 * change MUST be durable before its Future succeeds. Leases go by the clock of the database.
 */
public interface DestinationStore {
    /** Refused events that are kept for one destination. */
    int MAX_REFUSED = 1_000;

    /** All destinations, by id. */
    Future<List<StoredDestination>> all();

    /** Adds a destination. False, and nothing changes, if its id is taken. Its owner and fence are ignored. */
    Future<Boolean> add(StoredDestination destination);

    /** Replaces the definition, in a new revision. False for an unknown id. */
    Future<Boolean> define(String id, String definition);

    /**
     * Sets the state, in a new revision, and forgets the error.
     *
     * @param next where to go on, if not at the cursor. Then the present owner loses its lease, because it would move
     *     the cursor from where it is.
     * @return false for an unknown id, and for one that is {@link DestinationState#RESET} if there is no {@code next}:
     *     nothing else ends that state, or the events that took the place of others would be passed in silence
     */
    Future<Boolean> steer(String id, DestinationState state, OptionalLong next);

    /**
     * Holds a destination whose cursor is beyond the log, in a new revision, whatever state it was in. False, and
     * nothing changes, if it is held so already, or if its cursor is not there any more.
     *
     * @param next where its cursor was seen
     * @param error at most 500 characters
     */
    Future<Boolean> hold(String id, long next, String error);

    /** Removes a destination with its refused events and its replay. False for an unknown id. */
    Future<Boolean> remove(String id);

    /**
     * Takes or renews the lease, unless another server has a valid one.
     *
     * @param server names a process, differently for every start
     * @return the destination as its owner sees it; empty if another server has it or nobody knows it
     */
    Future<Optional<StoredDestination>> own(String id, String server, Duration lease);

    /** Ends all leases of a server, so that others need not wait for their end. */
    Future<Void> release(String server);

    /** Moves the cursor, never back. False, and nothing changes, if the fence is not the current one. */
    Future<Boolean> advance(String id, long fence, long next);

    /**
     * Sets the state that the deliveries are in. False, and nothing changes, if the fence or the revision is not the
     * current one: then an administrator has decided otherwise.
     *
     * @param error at most 500 characters; null if all is well
     */
    Future<Boolean> report(String id, long fence, long revision, DestinationState state, @Nullable String error);

    /**
     * Remembers an event as refused, and moves the cursor behind it. What a replay skips is kept with its destination,
     * because the replay ends. False, and nothing changes, if the fence is not the current one, or if
     * {@link #MAX_REFUSED} events of the destination are kept already.
     */
    Future<Boolean> skip(String id, long fence, RefusedEvent event);

    /** The refused events that are kept, in the order of their positions. */
    Future<List<RefusedEvent>> refused(String id);

    /** Removes a replay that is complete. False, and nothing changes, if the fence is not the current one. */
    Future<Boolean> finish(String replay, long fence);

    /** Forgets a refused event, which has been delivered after all. Ignores an unknown one. */
    Future<Void> forget(String id, long seq);

    /**
     * Takes over the destinations of another installation, with their cursors and refused events. A destination whose
     * id is known here stays as it is.
     */
    Future<Void> adopt(List<Adopted> destinations);

    /**
     * Replaces all destinations by those of the installation that the log comes from, in one transaction: what was
     * delivered, changed or removed there since an earlier copy holds here. All leases end, and an owner from before
     * has no fence any more.
     */
    Future<Void> replaceAll(List<Adopted> destinations);

    /**
     * A destination of another installation.
     *
     * @param refused the events that it keeps
     */
    record Adopted(StoredDestination destination, List<RefusedEvent> refused) {
        public Adopted {
            refused = List.copyOf(refused);
        }
    }

    /** Releases everything, within seconds even if the database does not answer. Must be called once, last. */
    Future<Void> close();
}
