package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.event.MetadataText;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.SoughtText;
import dev.sentinel.audit.store.TextMember;
import dev.sentinel.audit.store.TextPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Translates a condition on an event {@code e} of the log, found at a place {@code hits}, into SQL that is true or
 * false, never null: a negation must be true for an event that lacks the member. Adds its parameters in the order of
 * their question marks. Uses neither GLOB nor LIKE, whose time is not linear in the text.
 */
final class ConditionSql implements Condition.Visitor<String> {
    private final List<Object> parameters;

    ConditionSql(List<Object> parameters) {
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
        String column = "e." + member.wireName();
        if (pattern.isAny()) {
            return "(" + column + " IS NOT NULL)";
        }
        return pattern.isExact()
                ? "(" + column + " IS " + add(pattern.first()) + ")"
                : "ifnull(" + matches(column, pattern) + ", 0)";
    }

    /** The limit keeps SQLite from replacing each {@code v} by what it is, which reads the metadata. */
    @Override
    public String metadata(List<String> path, TextPattern pattern) {
        List<String> paths = paths(path);
        String value = "iif(substr(" + extracted("->", paths) + ", 1, 1) = '\"', " + extracted("->>", paths) + ", "
                + extracted("->", paths) + ")";
        String condition = pattern.isAny()
                ? "v IS NOT NULL"
                : pattern.isExact() ? "v = " + add(pattern.first()) : matches("v", pattern);
        return "EXISTS (SELECT 1 FROM (SELECT " + value + " AS v LIMIT 1) WHERE " + condition + ")";
    }

    /** {@code ->} gives JSON as it is stored, {@code ->>} the content of a string. */
    private String extracted(String operator, List<String> paths) {
        String each = paths.stream()
                .map(path -> "e.metadata " + operator + " " + add(path))
                .collect(Collectors.joining(", "));
        return paths.size() == 1 ? "(" + each + ")" : "coalesce(" + each + ")";
    }

    /** A path in SQLite says whether a number is a name or an index. At most one of these paths leads to a value. */
    private static List<String> paths(List<String> path) {
        List<String> paths = List.of("$");
        for (String name : path) {
            List<String> longer = new ArrayList<>();
            for (String start : paths) {
                longer.add(start + ".\"" + MetadataText.escaped(name) + "\"");
                if (Condition.isIndex(name)) {
                    longer.add(start + "[" + name + "]");
                }
            }
            paths = longer;
        }
        return paths;
    }

    private String matches(String text, TextPattern pattern) {
        int first = characters(pattern.first());
        int last = characters(pattern.last());
        List<String> conditions = new ArrayList<>();
        conditions.add("length(" + text + ") >= " + (first + last));
        if (first > 0) {
            conditions.add("substr(" + text + ", 1, " + first + ") = " + add(pattern.first()));
        }
        if (last > 0) {
            conditions.add("substr(" + text + ", -" + last + ") = " + add(pattern.last()));
        }
        String between =
                "substr(" + text + ", " + (first + 1) + ", max(0, length(" + text + ") - " + (first + last) + "))";
        List<String> middle = pattern.middle();
        for (int i = 0; i < middle.size(); i++) {
            conditions.add("instr(" + rest(between, middle.subList(0, i)) + ", " + add(middle.get(i)) + ") > 0");
        }
        return "(" + String.join(" AND ", conditions) + ")";
    }

    /** The text after the first occurrence of each of these parts, one after the other. */
    private String rest(String text, List<String> parts) {
        if (parts.isEmpty()) {
            return text;
        }
        List<String> before = parts.subList(0, parts.size() - 1);
        String part = parts.get(parts.size() - 1);
        return "substr(" + rest(text, before) + ", instr(" + rest(text, before) + ", " + add(part) + ") + "
                + characters(part) + ")";
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    @Override
    public String actor(ActorType type) {
        return "(e.actor = " + add(type.wireName()) + ")";
    }

    @Override
    public String action(ActionType type) {
        return "(e.action_type = " + add(type.wireName()) + ")";
    }

    @Override
    public String status(EventStatus status) {
        return "(e.status = " + add(status.wireName()) + ")";
    }

    @Override
    public String id(UUID eventId) {
        return "(e.event_id = " + add(eventId.toString()) + ")";
    }

    @Override
    public String latency(int min, int max) {
        return "ifnull(e.latency_ms BETWEEN " + add(min) + " AND " + add(max) + ", 0)";
    }

    /** The index has the effective time. The unary plus keeps SQLite from using this condition for an index. */
    @Override
    public String time(@Nullable Instant from, @Nullable Instant to) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        if (from != null) {
            conditions.add(SearchSql.TS + " >= " + add(Timestamps.toMicros(from)));
        }
        if (to != null) {
            conditions.add(SearchSql.TS + " < " + add(Timestamps.toMicros(to)));
        }
        return "(" + String.join(" AND ", conditions) + ")";
    }

    @Override
    public String redacted() {
        return "(e.redacted IS NOT NULL)";
    }

    /** instr on lower(): ASCII letters match in either case, and no character is special as in LIKE. */
    @Override
    public String mentions(String text) {
        SoughtText sought = SoughtText.of(text);
        List<String> alternatives = new ArrayList<>();
        alternatives.add("instr(lower(e.resource), " + add(sought.inResource()) + ")");
        for (String form : sought.inMetadata()) {
            alternatives.add("instr(lower(e.metadata), " + add(form) + ")");
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    private String add(Object value) {
        parameters.add(value);
        return "?";
    }
}
