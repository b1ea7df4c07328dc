package dev.sentinel.audit.store;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an event must be like, as a tree: conditions on one member each, joined by {@link And}, {@link Or} and
 * {@link Not}. An event that lacks a member does not meet a condition on it, so it meets the negation. Immutable.
 */
public sealed interface Condition {

    /** Meets all of these, at least two. */
    record And(List<Condition> all) implements Condition {
        public And {
            all = List.copyOf(all);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.and(all);
        }

        @Override
        public int textReads() {
            return all.stream().mapToInt(Condition::textReads).sum();
        }

        @Override
        public int soughtCharacters() {
            return all.stream().mapToInt(Condition::soughtCharacters).sum();
        }
    }

    /** Meets any of these, at least two. */
    record Or(List<Condition> any) implements Condition {
        public Or {
            any = List.copyOf(any);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.or(any);
        }

        @Override
        public int textReads() {
            return any.stream().mapToInt(Condition::textReads).sum();
        }

        @Override
        public int soughtCharacters() {
            return any.stream().mapToInt(Condition::soughtCharacters).sum();
        }
    }

    /** Does not meet this. */
    record Not(Condition negated) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.not(negated);
        }

        @Override
        public int textReads() {
            return negated.textReads();
        }

        @Override
        public int soughtCharacters() {
            return negated.soughtCharacters();
        }
    }

    /** Has the member, and its text matches. */
    record Text(TextMember member, TextPattern pattern) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.text(member, pattern);
        }

        @Override
        public int textReads() {
            return pattern.isExact() || pattern.isAny() ? 0 : 1;
        }

        @Override
        public int soughtCharacters() {
            return pattern.soughtCharacters();
        }
    }

    /**
     * Has a value at a path in metadata, and its text matches: the content of a string, else the JSON as it is stored,
     * so that {@code 1.0} is not {@code 1}.
     *
     * @param path names of members; within an array, the index of an element, from 0. 1 to {@link #MAX_PATH}
     */
    record Metadata(List<String> path, TextPattern pattern) implements Condition {
        public Metadata {
            path = List.copyOf(path);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.metadata(path, pattern);
        }

        @Override
        public int soughtCharacters() {
            return pattern.soughtCharacters();
        }

        @Override
        public int textReads() {
            return 1;
        }
    }

    /** Is by this kind of actor. */
    record Actor(ActorType type) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.actor(type);
        }
    }

    /** Is of this type. */
    record Action(ActionType type) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.action(type);
        }
    }

    /** Has this status. */
    record Status(EventStatus status) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.status(status);
        }
    }

    /** Has this event id. */
    record Id(UUID eventId) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.id(eventId);
        }
    }

    /** Has a latency between these, inclusive, in milliseconds. */
    record Latency(int min, int max) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.latency(min, max);
        }
    }

    /**
     * Has an effective time ({@link dev.sentinel.audit.event.StoredEvent#effectiveTime}) between these.
     *
     * @param from inclusive; null is unbounded
     * @param to exclusive; null is unbounded
     */
    record Time(@Nullable Instant from, @Nullable Instant to) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.time(from, to);
        }
    }

    /** The server redacted something in it. */
    record Redacted() implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.redacted();
        }
    }

    /** Has a text, not empty, in its resource or metadata, as {@link EventFilter#texts} has it. */
    record Mentions(String text) implements Condition {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.mentions(text);
        }

        @Override
        public int soughtCharacters() {
            return text.length();
        }

        @Override
        public int textReads() {
            return 1;
        }
    }

    /** Names in a path in metadata: it does not nest deeper. */
    int MAX_PATH = 32;

    /** Array indexes in a path: in SQL, each one doubles the number of paths, because it may also be a name. */
    int MAX_INDEXES = 3;

    /** Whether a name in a path may be an index: 0 to 999,999,999 in decimal digits, without leading zeros. */
    static boolean isIndex(String name) {
        return name.matches("0|[1-9][0-9]{0,8}");
    }

    /** Translates a condition, each kind by its method. */
    <T> T accept(Visitor<T> visitor);

    /** Parts of the condition that read long texts of an event, so that their cost depends on its size. */
    default int textReads() {
        return 0;
    }

    /** Characters that are searched for within texts: a store may need a time that grows with them. */
    default int soughtCharacters() {
        return 0;
    }

    /** One method for each kind of condition; its arguments are the components of the record. */
    interface Visitor<T> {
        T and(List<Condition> all);

        T or(List<Condition> any);

        T not(Condition negated);

        T text(TextMember member, TextPattern pattern);

        T metadata(List<String> path, TextPattern pattern);

        T actor(ActorType type);

        T action(ActionType type);

        T status(EventStatus status);

        T id(UUID eventId);

        T latency(int min, int max);

        T time(@Nullable Instant from, @Nullable Instant to);

        T redacted();

        T mentions(String text);
    }
}
