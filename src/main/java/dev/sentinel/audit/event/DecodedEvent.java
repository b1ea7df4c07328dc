package dev.sentinel.audit.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of decoding one event of a request body. */
public sealed interface DecodedEvent {

    /** An event that conforms to the wire contract. */
    record Valid(AuditEvent event) implements DecodedEvent {}

    /** An event of an agent that the client's key does not cover. */
    record Foreign(AuditEvent event) implements DecodedEvent {}

    /**
     * An event that breaks the wire contract.
     *
     * @param eventId the event's id in canonical form; null if it could not be read
     * @param errors every error, at least one, in the order of the wire contract's fields
     */
    record Invalid(@Nullable String eventId, List<FieldError> errors) implements DecodedEvent {}
}
