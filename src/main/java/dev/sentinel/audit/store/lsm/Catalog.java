package dev.sentinel.audit.store.lsm;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runs of all trees in one state of the file. Immutable.
 *
 * <p>The version is {@link #EMPTY} plus the fingerprints of the runs. So equal versions mean equal runs, also after a
 * transaction was rolled back and another one has used its ids, and a list that lacks a run or a segment, or has them
 * with other numbers, does not go with its version.
 */
final class Catalog {
    /** The version of no runs. Not zero, which SQLite makes of a version that is missing. */
    static final long EMPTY = 1;

    private final long version;
    private final Map<Long, Run> runs;
    private final Map<Integer, List<Run>> byTree;

    Catalog(List<Run> runs) {
        this.version = EMPTY + runs.stream().mapToLong(Run::fingerprint).sum();
        this.runs = runs.stream().collect(Collectors.toUnmodifiableMap(Run::id, Function.identity()));
        this.byTree = runs.stream().collect(Collectors.groupingBy(Run::tree));
    }

    long version() {
        return version;
    }

    List<Run> runs(Tree tree) {
        return byTree.getOrDefault(tree.id(), List.of());
    }

    @Nullable
    Run run(long id) {
        return runs.get(id);
    }
}
