package dev.sentinel.audit.persist;

import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.Semaphore;

/**
 * The way into the persistence: sends {@link Append}, and refuses what is more than may wait. Any thread.
 *
 * <p>Counts at the sender, because events also wait in the mailbox of the thread that commits.
 */
public final class Inbox {
    private final EventBus bus;
    private final int capacity;
    private final Semaphore free;

    /**
     * @param capacity events that may wait; at least what admission lets in, so that it refuses only in an emergency
     */
    public Inbox(EventBus bus, int capacity) {
        this.bus = bus;
        this.capacity = capacity;
        this.free = new Semaphore(capacity);
    }

    /**
     * Completes when the persistence has answered, however late: until then it holds the events in memory. Fails like
     * {@link Append#ADDRESS}; completes on the caller's context.
     */
    public Future<Appended> append(Append append) {
        int events = append.events().size();
        return free.tryAcquire(events)
                ? Append.ADDRESS.requestUntilAnswered(bus, append).onComplete(done -> free.release(events))
                : Future.failedFuture(new Overloaded("too many events wait for a commit"));
    }

    /** Events that wait for the end of their commit. */
    public int depth() {
        return capacity - free.availablePermits();
    }

    /** Events that may wait. */
    public int capacity() {
        return capacity;
    }
}
