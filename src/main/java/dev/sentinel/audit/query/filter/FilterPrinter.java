package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.model.Timestamps;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.TextMember;
import dev.sentinel.audit.store.TextPattern;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints conditions as filters. */
final class FilterPrinter implements Condition.Visitor<String> {
    private static final FilterPrinter INSTANCE = new FilterPrinter();

    private FilterPrinter() {}

    static String print(Condition condition) {
        return condition.accept(INSTANCE);
    }

    @Override
    public String and(List<Condition> all) {
        return all.stream().map(FilterPrinter::part).collect(Collectors.joining(" "));
    }

    @Override
    public String or(List<Condition> any) {
        return any.stream().map(FilterPrinter::part).collect(Collectors.joining(" OR "));
    }

    private static String part(Condition part) {
        boolean group = part instanceof Condition.And || part instanceof Condition.Or;
        return group ? "(" + print(part) + ")" : print(part);
    }

    @Override
    public String not(Condition negated) {
        return "-" + part(negated);
    }

    @Override
    public String text(TextMember member, TextPattern pattern) {
        return term(FilterKey.of(member), value(pattern));
    }

    @Override
    public String metadata(List<String> path, TextPattern pattern) {
        String names = path.stream()
                .map(name -> name.matches("[A-Za-z0-9_-]+") ? name : quoted(name))
                .collect(Collectors.joining("."));
        return FilterKey.META.word() + "." + names + ":" + value(pattern);
    }

    private static String value(TextPattern pattern) {
        if (pattern.equals(TextPattern.exactly(""))) {
            return quoted("");
        }
        return pattern.parts().stream()
                .map(part -> part.matches("[^ \t\n\r\"()*]*") ? part : quoted(part))
                .collect(Collectors.joining("*"));
    }

    @Override
    public String actor(ActorType type) {
        return term(FilterKey.ACTOR, type.wireName());
    }

    @Override
    public String action(ActionType type) {
        return term(FilterKey.ACTION, type.wireName());
    }

    @Override
    public String status(EventStatus status) {
        return term(FilterKey.STATUS, status.wireName());
    }

    @Override
    public String id(UUID eventId) {
        return term(FilterKey.ID, eventId.toString());
    }

    @Override
    public String latency(int min, int max) {
        return term(FilterKey.LATENCY, max == Integer.MAX_VALUE ? ">=" + min : min + ".." + max);
    }

    @Override
    public String time(@Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null) {
            return term(FilterKey.TIME, Timestamps.format(from) + ".." + Timestamps.format(to));
        }
        return from != null
                ? term(FilterKey.TIME, ">=" + Timestamps.format(from))
                : term(FilterKey.TIME, "<" + Timestamps.format(to == null ? Instant.EPOCH : to));
    }

    @Override
    public String redacted() {
        return term(FilterKey.REDACTED, "yes");
    }

    @Override
    public String mentions(String text) {
        return quoted(text);
    }

    private static String term(FilterKey key, String value) {
        return key.word() + ":" + value;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
