package dev.sentinel.audit.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one event of a request body: an event, or every reason why it is none. */
public sealed interface DecodedEvent {

    /** An event that obeys the wire contract. */
    record Valid(AuditEvent event) implements DecodedEvent {}

    /** An event of an agent for which the client may not speak. */
    record Foreign(AuditEvent event) implements DecodedEvent {}

    /**
     * No event.
     *
     * @param eventId the event's id in canonical form if that much could be read, else null
     * @param errors at least one, in the order of the wire contract's fields
     */
    record Invalid(@Nullable String eventId, List<FieldError> errors) implements DecodedEvent {}
}
