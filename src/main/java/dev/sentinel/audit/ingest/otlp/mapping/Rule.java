package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a table: what a record is.
 *
 * @param name the name of the record; empty for any, with {@code *} at the end for its beginning
 * @param reason why a record is dropped; empty for other actions
 * @param resource a fixed resource; empty if fields tell it
 * @param resourceKey the attribute that stands behind it; empty if none
 * @param ended whether the log record was written when the action ended
 * @param usage whether usage is counted
 * @param logged whether log records say more than this span
 */
record Rule(
        String name,
        List<Condition> conditions,
        Action action,
        String reason,
        String resource,
        String resourceKey,
        @Nullable ActorType actor,
        @Nullable EventStatus status,
        boolean ended,
        boolean usage,
        boolean logged) {

    boolean matches(Subject subject) {
        if (!matchesName(subject.name())) {
            return false;
        }
        for (Condition condition : conditions) {
            if (!condition.holds(subject)) {
                return false;
            }
        }
        return true;
    }

    private boolean matchesName(String sent) {
        int last = name.length() - 1;
        if (last < 0) {
            return true;
        }
        return name.charAt(last) == '*' ? sent.regionMatches(0, name, 0, last) : name.equals(sent);
    }
}
