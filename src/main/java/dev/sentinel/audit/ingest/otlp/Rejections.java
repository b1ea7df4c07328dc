package dev.sentinel.audit.ingest.otlp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The records of a request that were not taken, by reason. Event loop. */
final class Rejections {
    /** Reasons that an answer names: exporters log it on one line. */
    private static final int MAX_REASONS = 3;

    private final Map<String, Integer> reasons = new LinkedHashMap<>();

    void add(String reason, int records) {
        if (records > 0) {
            reasons.merge(reason, records, Integer::sum);
        }
    }

    void addAll(Map<String, Integer> more) {
        more.forEach(this::add);
    }

    /** Why they were not taken. */
    Set<String> reasons() {
        return Collections.unmodifiableSet(reasons.keySet());
    }

    int count() {
        return OtlpMetrics.sum(reasons.values());
    }

    /** The first reasons with their counts; empty if nothing was rejected. */
    String message() {
        String first = reasons.entrySet().stream()
                .limit(MAX_REASONS)
                .map(reason -> reason.getValue() + " rejected: " + reason.getKey())
                .collect(Collectors.joining("; "));
        int more = reasons.size() - MAX_REASONS;
        return more > 0 ? first + "; and " + more + " more reasons" : first;
    }
}
