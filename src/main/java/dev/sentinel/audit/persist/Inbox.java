package dev.sentinel.audit.persist;

import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way into the persistence: sends {@link Append}, and refuses what is more than may wait. Any thread.
 *
 * <p>Counts at the sender, because events also wait in the mailbox of the thread that commits.
 */
public final class Inbox {
    private final EventBus bus;
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Creates an empty inbox.
     *
     * @param capacity events that may be without an answer; more than admission lets in, so that it refuses only in an
     *     emergency
     */
    public Inbox(EventBus bus, int capacity) {
        this.bus = bus;
        this.free = new Semaphore(capacity);
    }

    /**
     * Completes when the persistence has answered, however late: until then it holds the events in memory. Fails like
     * {@link Append#ADDRESS}; completes on the caller's context.
     */
    public Future<Appended> append(Append append) {
        int events = append.events().size();
        if (!free.tryAcquire(events)) {
            return Future.failedFuture(new Overloaded("too many events wait for a commit"));
        }
        waiting.addAndGet(events);
        return Append.ADDRESS.requestUntilAnswered(bus, append).onComplete(done -> {
            free.release(events);
            if (done.cause() instanceof ReplyException) {
                // Nobody has taken them: the persistence has stopped.
                taken(events);
            }
        });
    }

    /** Events that wait for their commit to begin. */
    public int depth() {
        return waiting.get();
    }

    /** Must be called when the commit of events begins. */
    void taken(int events) {
        waiting.addAndGet(-events);
    }
}
