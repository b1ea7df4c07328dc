package dev.sentinel.audit.store.postgres;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.SoughtText;
import dev.sentinel.audit.store.TextMember;
import dev.sentinel.audit.store.TextPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Translates a condition on the columns of an event into SQL that is true or false, never null: a negation must be true
 * for an event that lacks the member. Its parts may be evaluated in any order, so none of them can fail. Uses no LIKE,
 * whose time is not linear in the text.
 */
final class ConditionSql implements Condition.Visitor<String> {
    private final Function<Object, String> parameters;

    /** @param parameters adds a parameter and returns its name in the statement */
    ConditionSql(Function<Object, String> parameters) {
        this.parameters = parameters;
    }

    @Override
    public String and(List<Condition> all) {
        return all.stream().map(one -> one.accept(this)).collect(Collectors.joining(" AND ", "(", ")"));
    }

    @Override
    public String or(List<Condition> any) {
        return any.stream().map(one -> one.accept(this)).collect(Collectors.joining(" OR ", "(", ")"));
    }

    @Override
    public String not(Condition negated) {
        return "(NOT " + negated.accept(this) + ")";
    }

    @Override
    public String text(TextMember member, TextPattern pattern) {
        return pattern.isAny()
                ? "(" + member.wireName() + " IS NOT NULL)"
                : "coalesce(" + matches(member.wireName(), pattern) + ", false)";
    }

    /** The offset keeps PostgreSQL from replacing each {@code v} by what it is, which reads the metadata. */
    @Override
    public String metadata(List<String> path, TextPattern pattern) {
        String condition = pattern.isAny() ? "v IS NOT NULL" : matches("v", pattern);
        return "coalesce((SELECT " + condition + " FROM (SELECT " + value(path) + " AS v OFFSET 0) found), false)";
    }

    /**
     * The content of a string, else JSON as it is stored. {@code #>} takes a number as a name in an object and as an
     * index in an array, as we do; but it also takes other texts as indexes, such as -1, which are names to us:
     * {@code ->} with a text takes only names.
     */
    private String value(List<String> path) {
        String start = "metadata::json";
        List<String> run = new ArrayList<>();
        for (String name : path) {
            if (isOnlyName(name)) {
                start = "(" + start + " #> " + array(run) + " -> " + parameters.apply(name) + ")";
                run.clear();
            } else {
                run.add(name);
            }
        }
        String rest = array(run);
        // #>> gives null for the JSON null.
        return "coalesce(" + start + " #>> " + rest + ", (" + start + " #> " + rest + ")::text)";
    }

    private String array(List<String> path) {
        return parameters.apply(path.toArray(String[]::new));
    }

    /** Whether the C function strtol takes it as a number, and we do not. */
    private static boolean isOnlyName(String name) {
        return !Condition.isIndex(name) && name.matches("[ \t\n\u000B\f\r]*[+-]?[0-9]+");
    }

    private String matches(String text, TextPattern pattern) {
        if (pattern.isExact()) {
            return text + " = " + parameters.apply(pattern.first());
        }
        int first = characters(pattern.first());
        int last = characters(pattern.last());
        List<String> conditions = new ArrayList<>();
        conditions.add("length(" + text + ") >= " + (first + last));
        if (first > 0) {
            conditions.add("starts_with(" + text + ", " + parameters.apply(pattern.first()) + ")");
        }
        if (last > 0) {
            conditions.add("right(" + text + ", " + last + ") = " + parameters.apply(pattern.last()));
        }
        String rest =
                "substr(" + text + ", " + (first + 1) + ", greatest(0, length(" + text + ") - " + (first + last) + "))";
        for (String part : pattern.middle()) {
            String place = "strpos(" + rest + ", " + parameters.apply(part) + ")";
            conditions.add(place + " > 0");
            rest = "substr(" + rest + ", " + place + " + " + characters(part) + ")";
        }
        return "(" + String.join(" AND ", conditions) + ")";
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    @Override
    public String actor(ActorType type) {
        return "(actor = " + parameters.apply(type.wireName()) + ")";
    }

    @Override
    public String action(ActionType type) {
        return "(action_type = " + parameters.apply(type.wireName()) + ")";
    }

    @Override
    public String status(EventStatus status) {
        return "(status = " + parameters.apply(status.wireName()) + ")";
    }

    @Override
    public String id(UUID eventId) {
        return "(event_id = " + parameters.apply(eventId) + "::uuid)";
    }

    @Override
    public String latency(int min, int max) {
        return "coalesce(latency_ms BETWEEN " + parameters.apply(min) + "::integer AND " + parameters.apply(max)
                + "::integer, false)";
    }

    /** The column has the effective time. */
    @Override
    public String time(@Nullable Instant from, @Nullable Instant to) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        if (from != null) {
            conditions.add("timestamp >= " + parameters.apply(EventArrays.utc(from)) + "::timestamptz");
        }
        if (to != null) {
            conditions.add("timestamp < " + parameters.apply(EventArrays.utc(to)) + "::timestamptz");
        }
        return "(" + String.join(" AND ", conditions) + ")";
    }

    @Override
    public String redacted() {
        return "(redacted IS NOT NULL)";
    }

    @Override
    public String mentions(String text) {
        SoughtText sought = SoughtText.of(text);
        return Stream.concat(
                        Stream.of(contains("resource", sought.inResource())),
                        sought.inMetadata().stream().map(form -> contains("metadata", form)))
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    /** With the collation C, lower() changes only ASCII letters; strpos needs no escaping. */
    private String contains(String column, String text) {
        return "strpos(lower(" + column + "), " + parameters.apply(text) + ") > 0";
    }
}
