package dev.sentinel.audit.http.inflight;

import dev.sentinel.audit.failure.Overloaded;
import java.util.ArrayList;
import java.util.List;

/** What is to be done when the lock of a budget is released: it calls code of others. */
final class Actions {
    private final List<Runnable> actions = new ArrayList<>(2);

    void grant(Waiter waiter) {
        actions.add(() -> waiter.context().runOnContext(now -> waiter.decision().complete()));
    }

    void refuse(Waiter waiter, Overloaded reason) {
        actions.add(() -> waiter.context().runOnContext(now -> waiter.decision().tryFail(reason)));
    }

    void add(Runnable action) {
        actions.add(action);
    }

    void run() {
        actions.forEach(Runnable::run);
    }
}
