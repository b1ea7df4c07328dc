package dev.sentinel.audit.persist;

import dev.sentinel.audit.bus.Address;

/**
 * Published after every commit.
 *
 * @param captured events stored by it
 * @param requests how many requests were waiting for it
 * @param nanos from handing the batch to the store to its answer
 */
public record Committed(int captured, int events, int requests, long nanos) {
    public static final Address<Committed, Void> ADDRESS = new Address<>("sentinel.committed");
}
