package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the records of one request. One thread. */
final class Tally {
    private static final String NOT_SELECTED = "not_selected";
    private static final String STEP = "step";
    private static final String LOGGED = "also_logged";
    private static final String NO_RULE = "no_rule";

    /** The reasons that no table names. */
    static final List<String> REASONS = List.of(NOT_SELECTED, STEP, LOGGED, NO_RULE);

    private int kept;
    private final Map<String, Integer> ignored = new LinkedHashMap<>();
    private final Map<String, Integer> rejected = new LinkedHashMap<>();

    /** The rule if its record is kept; else it is counted as ignored. */
    @Nullable
    Rule kept(@Nullable Rule rule, Spans selection) {
        String reason = reason(rule, selection);
        if (reason.isEmpty()) {
            kept++;
            return rule;
        }
        ignored.merge(reason, 1, Integer::sum);
        return null;
    }

    /** Why a record is not kept; empty if it is. */
    private static String reason(@Nullable Rule rule, Spans selection) {
        if (rule == null) {
            return NO_RULE;
        }
        if (rule.action() == Action.DROP) {
            return rule.reason();
        }
        if (rule.logged() && selection != Spans.ALL) {
            return LOGGED;
        }
        if (rule.action().isIn(selection)) {
            return "";
        }
        return rule.action() == Action.REST ? STEP : NOT_SELECTED;
    }

    void reject(String reason) {
        rejected.merge(reason, 1, Integer::sum);
    }

    Counts counts() {
        return new Counts(kept, ignored, rejected);
    }
}
