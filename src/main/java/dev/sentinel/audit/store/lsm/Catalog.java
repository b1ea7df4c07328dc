package dev.sentinel.audit.store.lsm;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The runs of all trees in one state of the file. Immutable. */
final class Catalog {
    private final long version;
    private final Map<Long, Run> runs;
    private final Map<Integer, List<Run>> byTree;

    /** @param version grows with every change of the runs */
    Catalog(long version, List<Run> runs) {
        this.version = version;
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
