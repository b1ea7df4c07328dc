package dev.sentinel.audit.store.lsm;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the trees of a file, within transactions of the caller. Blocking and not thread-safe. After a transaction was
 * rolled back, or a method has failed, a new object must be made: this one knows runs that the file does not have.
 * Methods throw {@link LsmDamage} if the file has something that was never written.
 *
 * <p>In each transaction: {@link #add}, then {@link #merge}, then {@link #finish}.
 */
public final class LsmWriter implements AutoCloseable {
    /** Runs that are merged at once. With more, entries are written less often, and readers visit more runs. */
    static final int FAN_IN = 4;

    /** Runs with fewer entries are all of the same size. */
    private static final int SMALLEST = 16;

    /** Blobs that a transaction deletes, if it has inserted few. */
    private static final int MIN_DELETED = 64;

    private record Group(Tree tree, int tier) {}

    private final List<Tree> trees;
    private final LsmStore store;
    private final LsmReader reader;
    private final Map<Tree, List<Run>> runs = new HashMap<>();
    private final Map<Group, Merge> merges = new HashMap<>();
    private final Set<Long> merging = new HashSet<>();
    private boolean changed;
    private boolean trash = true;

    /** Opens the trees, and removes what a crash has left. Must be called in a transaction. */
    public LsmWriter(Connection connection, List<Tree> trees) throws SQLException {
        this.trees = List.copyOf(trees);
        try (Statement statement = connection.createStatement()) {
            String unfinished = " FROM lsm_segments WHERE run NOT IN (SELECT run FROM lsm_runs)";
            statement.executeUpdate("INSERT INTO lsm_trash SELECT first_block, first_block + blocks" + unfinished);
            statement.executeUpdate("DELETE" + unfinished);
        }
        this.store = new LsmStore(connection);
        // Of its own: others must not see runs that may be rolled back.
        this.reader = new LsmReader(connection, new LsmCache());
        Catalog catalog = reader.load(store.version());
        trees.forEach(tree -> runs.put(tree, new ArrayList<>(catalog.runs(tree))));
    }

    /** Reads what this object has added, too. Between two calls of {@link #add}. */
    public LsmReader reader() {
        List<Run> all = new ArrayList<>();
        runs.values().forEach(all::addAll);
        reader.open(new Catalog(store.version(), all));
        return reader;
    }

    /**
     * Adds entries that the tree does not have.
     *
     * @param entries in the order of {@link Entry#ORDER}, without equal ones
     */
    public void add(Tree tree, List<Entry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        RunWriter writer = new RunWriter(store, tree, entries.size());
        for (Entry entry : entries) {
            writer.add(entry.high(), entry.low(), entry.time(), entry.seq(), entry.tag(), entry.owner());
        }
        show(tree, writer.finish());
    }

    private void show(Tree tree, Run run) throws SQLException {
        store.show(run);
        runsOf(tree).add(run);
        changed = true;
    }

    private List<Run> runsOf(Tree tree) {
        List<Run> of = runs.get(tree);
        if (of == null) {
            throw new IllegalArgumentException("not a tree of this writer: " + tree);
        }
        return of;
    }

    /**
     * Merges runs for so long, smallest first.
     *
     * @return false if nothing is left to merge
     */
    public boolean merge(long nanos) throws SQLException {
        long deadline = System.nanoTime() + nanos;
        Group group = smallest();
        while (group != null) {
            Merge merge = begin(group);
            Run merged = merge.step(deadline);
            if (merged != null) {
                replace(group, merge, merged);
                group = smallest();
            }
            if (System.nanoTime() - deadline >= 0) {
                return group != null;
            }
        }
        return false;
    }

    /** Whether there is something to merge or to delete. */
    public boolean isBehind() {
        return trash || smallest() != null;
    }

    /** The most runs of about the same size that a tree has; more than {@link #FAN_IN} if merges do not keep up. */
    public int mostRuns() {
        int most = 0;
        for (Tree tree : trees) {
            most = Math.max(
                    most,
                    waiting(tree).values().stream().mapToInt(List::size).max().orElse(0));
        }
        return most;
    }

    private Map<Integer, List<Run>> waiting(Tree tree) {
        Map<Integer, List<Run>> waiting = new HashMap<>();
        for (Run run : runsOf(tree)) {
            if (!merging.contains(run.id())) {
                waiting.computeIfAbsent(tier(run), tier -> new ArrayList<>()).add(run);
            }
        }
        return waiting;
    }

    /** Those of the smallest runs first: they are the most, and soon done. */
    private @Nullable Group smallest() {
        Group smallest = null;
        for (Group group : merges.keySet()) {
            smallest = smallest == null || group.tier < smallest.tier ? group : smallest;
        }
        for (Tree tree : trees) {
            for (Map.Entry<Integer, List<Run>> tier : waiting(tree).entrySet()) {
                if (tier.getValue().size() >= FAN_IN && (smallest == null || tier.getKey() < smallest.tier)) {
                    smallest = new Group(tree, tier.getKey());
                }
            }
        }
        return smallest;
    }

    private static int tier(Run run) {
        int tier = 0;
        for (long size = SMALLEST; size < run.entries(); size *= FAN_IN) {
            tier++;
        }
        return tier;
    }

    private Merge begin(Group group) {
        Merge merge = merges.get(group);
        if (merge == null) {
            List<Run> inputs = waiting(group.tree).getOrDefault(group.tier, List.of()).stream()
                    .sorted(Comparator.comparingLong(Run::entries).thenComparingLong(Run::id))
                    .limit(FAN_IN)
                    .toList();
            inputs.forEach(run -> merging.add(run.id()));
            long entries = inputs.stream().mapToLong(Run::entries).sum();
            merge = new Merge(reader, new RunWriter(store, group.tree, entries), inputs);
            merges.put(group, merge);
        }
        return merge;
    }

    private void replace(Group group, Merge merge, Run merged) throws SQLException {
        merges.remove(group);
        for (Run input : merge.inputs()) {
            merging.remove(input.id());
            store.remove(input);
        }
        runsOf(group.tree).removeAll(merge.inputs());
        show(group.tree, merged);
        trash = true;
    }

    /** Ends the part of the transaction that is about trees. */
    public void finish() throws SQLException {
        long inserted = store.takeInserted();
        if (trash) {
            trash = store.deleteTrash(Math.max(MIN_DELETED, 2 * inserted));
        }
        if (changed || inserted > 0) {
            store.writeCatalog(changed);
            changed = false;
        }
    }

    @Override
    public void close() throws SQLException {
        reader.close();
    }
}
