package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Encodes actor, action type and status of an event in one small number. Every index contains it, so a filter on them
 * is evaluated without reading the log. Ordinals are safe, because an index of another version is rebuilt.
 */
final class Kinds {
    private static final EventStatus[] STATUSES = EventStatus.values();
    private static final ActionType[] ACTION_TYPES = ActionType.values();
    private static final ActorType[] ACTORS = ActorType.values();

    private Kinds() {}

    static int of(AuditEvent event) {
        return of(event.actor(), event.actionType(), event.status());
    }

    @SuppressWarnings("EnumOrdinal") // See the class: an index of another version is rebuilt.
    static EventStatus statusOf(int kind) {
        return STATUSES[kind >> 5];
    }

    @SuppressWarnings("EnumOrdinal") // See the class: an index of another version is rebuilt.
    static ActionType actionTypeOf(int kind) {
        return ACTION_TYPES[kind >> 2 & 7];
    }

    @SuppressWarnings("EnumOrdinal") // See the class: an index of another version is rebuilt.
    static ActorType actorOf(int kind) {
        return ACTORS[kind & 3];
    }

    @SuppressWarnings("EnumOrdinal") // See the class: an index of another version is rebuilt.
    private static int of(ActorType actor, ActionType action, EventStatus status) {
        return actor.ordinal() | action.ordinal() << 2 | status.ordinal() << 5;
    }

    /** The kinds that pass these filters, as a list for SQL's IN; empty if all pass. */
    static String sqlList(Set<ActorType> actors, Set<ActionType> actions, Set<EventStatus> statuses) {
        if (actors.isEmpty() && actions.isEmpty() && statuses.isEmpty()) {
            return "";
        }
        IntStream.Builder kinds = IntStream.builder();
        for (ActorType actor : ActorType.values()) {
            for (ActionType action : ActionType.values()) {
                for (EventStatus status : EventStatus.values()) {
                    if (passes(actors, actor) && passes(actions, action) && passes(statuses, status)) {
                        kinds.add(of(actor, action, status));
                    }
                }
            }
        }
        return kinds.build().mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static <T> boolean passes(Set<T> filter, T value) {
        return filter.isEmpty() || filter.contains(value);
    }
}
