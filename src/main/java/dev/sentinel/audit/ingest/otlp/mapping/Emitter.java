package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An agent or a library that sends records: how it is recognized, where its fields are and what its records are.
 *
 * @param names the beginnings of its records' names
 * @param services may end with {@code *}
 * @param scopes may end with {@code *}
 * @param marks attributes that only it has
 * @param coding whether it is a coding agent, whose session is the trace
 * @param provider of its model; empty if its records name it
 * @param agent how its instances are named; null if like any program
 * @param id what identifies its log records; null if nothing does
 * @param arguments attributes that are arguments
 * @param results attributes that are results
 */
record Emitter(
        String name,
        List<String> names,
        List<String> services,
        List<String> scopes,
        List<String> marks,
        boolean coding,
        String provider,
        @Nullable AgentName agent,
        @Nullable LogKey id,
        Map<Field, List<Key>> fields,
        Set<String> arguments,
        Set<String> results,
        List<Rule> logs,
        List<Rule> spans) {

    /**
     * The name of an instance.
     *
     * @param key its value follows the prefix
     * @param length the characters of the value that count
     */
    record AgentName(String prefix, Key key, int length) {}

    /** The keys of a field, in order. */
    List<Key> keys(Field field) {
        return fields.getOrDefault(field, List.of());
    }

    /** The first rule that matches; null if none does. */
    @Nullable
    Rule rule(Subject subject) {
        for (Rule rule : subject.span() == null ? logs : spans) {
            if (rule.matches(subject)) {
                return rule;
            }
        }
        return null;
    }

    /** The record's name without the prefix of this emitter. */
    String bareName(String sent) {
        for (String prefix : names) {
            if (sent.startsWith(prefix)) {
                return sent.substring(prefix.length());
            }
        }
        return sent;
    }

    static boolean isOneOf(List<String> patterns, String value) {
        for (String pattern : patterns) {
            int last = pattern.length() - 1;
            if (pattern.charAt(last) == '*' ? value.regionMatches(0, pattern, 0, last) : pattern.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
