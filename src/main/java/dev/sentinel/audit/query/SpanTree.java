package dev.sentinel.audit.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nests the events of a trace by their spans. An event is within the first event whose {@code span_id} is its
 * {@code parent_span_id}; one without such an event stands at the top, since a parent is often not recorded, or on
 * another page. Everywhere the events keep their order. Of a cycle, the first event stands at the top. Takes time in
 * proportion to the number of events. Immutable.
 */
final class SpanTree {
    /** Parsers of clients refuse JSON that nests more deeply, or run out of stack. */
    static final int MAX_DEPTH = 64;

    private static final int TOP = -1;

    /**
     * The spans that an event names.
     *
     * @param span the event is; null if it is none
     * @param parent within which the event happened; null if it is not known
     */
    record Spans(@Nullable String span, @Nullable String parent) {}

    /** Children by parent; the last list has those at the top. */
    private final List<List<Integer>> children;

    private SpanTree(List<List<Integer>> children) {
        this.children = children;
    }

    static SpanTree of(List<Spans> events) {
        int[] parents = parents(events);
        breakCycles(parents);
        limitDepth(parents);
        List<List<Integer>> children = new ArrayList<>();
        for (int i = 0; i <= events.size(); i++) {
            children.add(new ArrayList<>(0));
        }
        for (int i = 0; i < parents.length; i++) {
            children.get(parents[i] == TOP ? events.size() : parents[i]).add(i);
        }
        return new SpanTree(children);
    }

    /** The events at the top, in order. */
    List<Integer> top() {
        return children.get(children.size() - 1);
    }

    /** The events within an event, in order. */
    List<Integer> within(int event) {
        return children.get(event);
    }

    private static int[] parents(List<Spans> events) {
        Map<String, Integer> bySpan = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            String span = events.get(i).span();
            if (span != null) {
                bySpan.putIfAbsent(span, i);
            }
        }
        int[] parents = new int[events.size()];
        for (int i = 0; i < parents.length; i++) {
            String parent = events.get(i).parent();
            parents[i] = parent == null ? TOP : bySpan.getOrDefault(parent, TOP);
        }
        return parents;
    }

    private static void breakCycles(int[] parents) {
        // The walk that passed an event first, from 1; the walks before it ended at the top.
        int[] passed = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            int at = i;
            while (at != TOP && passed[at] == 0) {
                passed[at] = i + 1;
                at = parents[at];
            }
            if (at != TOP && passed[at] == i + 1) {
                parents[first(at, parents)] = TOP;
            }
        }
    }

    private static int first(int member, int[] parents) {
        int first = member;
        for (int at = parents[member]; at != member; at = parents[at]) {
            first = Math.min(first, at);
        }
        return first;
    }

    /** An event that would stand too deep stands beside its parent. */
    private static void limitDepth(int[] parents) {
        int[] depths = new int[parents.length];
        int[] path = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            int length = 0;
            int at = i;
            while (at != TOP && depths[at] == 0) {
                path[length++] = at;
                at = parents[at];
            }
            while (length > 0) {
                int event = path[--length];
                int parent = parents[event];
                if (parent != TOP && depths[parent] == MAX_DEPTH) {
                    parents[event] = parents[parent];
                }
                depths[event] = parents[event] == TOP ? 1 : depths[parents[event]] + 1;
            }
        }
    }
}
