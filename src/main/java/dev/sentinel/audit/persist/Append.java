package dev.sentinel.audit.persist;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.event.AuditEvent;
import java.util.List;

/**
 * Asks for the events of some requests to be stored, all or none; served by {@link PersistVerticle}.
 *
 * @param requests number of client requests whose events these are
 */
public record Append(List<AuditEvent> events, int requests) {
    /**
     * Replies after the commit. Fails with {@link dev.sentinel.audit.failure.Failure}: OVERLOADED means that nothing
     * was accepted.
     */
    public static final Address<Append, Appended> ADDRESS = new Address<>("sentinel.append");

    public Append {
        events = List.copyOf(events);
    }
}
