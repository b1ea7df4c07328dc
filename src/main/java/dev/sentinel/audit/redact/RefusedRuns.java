package dev.sentinel.audit.redact;

import java.util.EnumMap;
import java.util.Map;

/**
 * The runs of characters of one text that are no secret because they lack a digit or a letter. A shape that begins
 * within such a run lacks it too, so the run is not read again for every repetition of a prefix. One thread.
 */
final class RefusedRuns {
    private static final class Run {
        int start;
        int end = -1;
    }

    private final Map<Shape.Alphabet, Map<Shape.Needs, Run>> runs = new EnumMap<>(Shape.Alphabet.class);
    private boolean any;

    /** Starts a new text. */
    void begin() {
        if (any) {
            runs.clear();
            any = false;
        }
    }

    boolean has(Shape.Alphabet alphabet, Shape.Needs needs, int at) {
        if (!any) {
            return false;
        }
        Run run = runs.getOrDefault(alphabet, Map.of()).get(needs);
        return run != null && at >= run.start && at < run.end;
    }

    void add(Shape.Alphabet alphabet, Shape.Needs needs, int start, int end) {
        any = true;
        Run run = runs.computeIfAbsent(alphabet, key -> new EnumMap<>(Shape.Needs.class))
                .computeIfAbsent(needs, key -> new Run());
        run.start = start;
        run.end = end;
    }
}
