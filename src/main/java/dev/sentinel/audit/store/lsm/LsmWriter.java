package dev.sentinel.audit.store.lsm;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the trees of a file, within transactions of the caller. Blocking and not thread-safe. After a transaction was
 * rolled back, or a method has failed, a new object must be made: this one knows runs that the file does not have.
 * Methods throw {@link LsmDamage} if the file has something that was never written.
 *
 * <p>In each transaction: {@link #add}, then {@link #merge}, then {@link #finish}.
 */
public final class LsmWriter implements AutoCloseable {
    /** Runs that wait for a merge. With more, entries are written less often, and readers visit more runs. */
    static final int FAN_IN = 4;

    /** Runs that are merged at once, if merges have not kept up: an entry is written once for two tiers. */
    static final int MAX_FAN_IN = 16;

    /** Bounds how long a transaction takes. */
    private static final int MAX_URGENCY = 8;

    /** Blobs that a transaction deletes, if it has inserted few. */
    static final int MIN_DELETED = 64;

    private record Group(Tree tree, int tier) {}

    private final Sizes sizes;
    private final LsmStore store;
    private final LsmReader reader;
    private final Map<Tree, TreeRuns> runs = new LinkedHashMap<>();
    private final Map<Group, Merge> merges = new HashMap<>();
    private boolean trash = true;
    private boolean failed;

    /** Opens the trees, and removes what a crash has left. Must be called in a transaction. */
    public LsmWriter(Connection connection, List<Tree> trees) throws SQLException {
        this(connection, trees, Sizes.NORMAL);
    }

    LsmWriter(Connection connection, List<Tree> trees, Sizes sizes) throws SQLException {
        this.sizes = sizes;
        this.store = new LsmStore(connection);
        // Of its own: others must not see runs that may be rolled back.
        this.reader = new LsmReader(connection, new LsmCache());
        // Before anything is removed: what a damaged list does not name may be needed.
        Catalog catalog = reader.load(store.version());
        for (Tree tree : trees) {
            TreeRuns of = new TreeRuns();
            catalog.runs(tree).forEach(of::add);
            runs.put(tree, of);
        }
        store.removeUnfinished();
    }

    /** Reads what this object has added, too. Between two calls of {@link #add}. */
    public LsmReader reader() {
        List<Run> all = new ArrayList<>();
        runs.values().forEach(tree -> all.addAll(tree.all()));
        reader.open(new Catalog(all));
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
        begin();
        RunWriter writer = new RunWriter(store, tree, sizes, entries.size());
        Entry before = null;
        for (Entry entry : entries) {
            if (before != null && Entry.ORDER.compare(before, entry) >= 0) {
                throw new IllegalArgumentException("not in order: " + before + ", " + entry);
            }
            writer.add(entry.high(), entry.low(), entry.time(), entry.seq(), entry.tag(), entry.owner());
            before = entry;
        }
        show(tree, writer.finish());
        failed = false;
    }

    /** Half a batch, or an entry that is merged twice, must not be committed. */
    private void begin() {
        if (failed) {
            throw new IllegalStateException("a method has failed before");
        }
        failed = true;
    }

    private void show(Tree tree, Run run) throws SQLException {
        runsOf(tree).add(run);
        store.show(run);
    }

    private TreeRuns runsOf(Tree tree) {
        TreeRuns of = runs.get(tree);
        if (of == null) {
            throw new IllegalArgumentException("not a tree of this writer: " + tree);
        }
        return of;
    }

    /**
     * Merges runs for so long, smallest first. It takes up to eight times as long if merges have not kept up: more and
     * more runs would make every read slower, and a machine that is busy does less in a given time.
     *
     * @return false if nothing is left to merge
     */
    public boolean merge(long nanos) throws SQLException {
        begin();
        long deadline = System.nanoTime() + budget(nanos, mostRuns());
        Group group = smallest();
        boolean late = false;
        while (group != null && !late) {
            Merge merge = merges.computeIfAbsent(group, this::begin);
            Run merged = merge.step(deadline);
            if (merged != null) {
                replace(group, merge, merged);
                group = smallest();
            }
            late = System.nanoTime() - deadline >= 0;
        }
        failed = false;
        return group != null;
    }

    static long budget(long nanos, int mostRuns) {
        int urgency = Math.min(MAX_URGENCY, Math.max(1, mostRuns / FAN_IN));
        return Math.min(nanos, Long.MAX_VALUE / MAX_URGENCY) * urgency;
    }

    /** Whether there is something to merge or to delete. */
    public boolean isBehind() {
        return trash || smallest() != null;
    }

    /** The most runs of about the same size that a tree has; more than {@link #FAN_IN} if merges do not keep up. */
    int mostRuns() {
        return runs.values().stream().mapToInt(TreeRuns::most).max().orElse(0);
    }

    /** Those of the smallest runs first: they are the most, and soon done. */
    private @Nullable Group smallest() {
        Group smallest = null;
        int tier = Integer.MAX_VALUE;
        for (Group group : merges.keySet()) {
            if (group.tier < tier) {
                smallest = group;
                tier = group.tier;
            }
        }
        for (Map.Entry<Tree, TreeRuns> tree : runs.entrySet()) {
            int full = tree.getValue().lowestFull(tier);
            if (full < tier) {
                smallest = new Group(tree.getKey(), full);
                tier = full;
            }
        }
        return smallest;
    }

    private Merge begin(Group group) {
        List<Run> inputs = runsOf(group.tree).take(group.tier);
        long entries = inputs.stream().mapToLong(Run::entries).sum();
        return new Merge(reader, new RunWriter(store, group.tree, sizes, entries), sizes, inputs);
    }

    private void replace(Group group, Merge merge, Run merged) throws SQLException {
        merges.remove(group);
        runsOf(group.tree).remove(merge.inputs());
        for (Run input : merge.inputs()) {
            store.remove(input);
        }
        show(group.tree, merged);
        trash = true;
    }

    /** Ends the part of the transaction that is about trees. */
    public void finish() throws SQLException {
        begin();
        long inserted = store.takeInserted();
        if (trash) {
            trash = store.deleteTrash(Math.max(MIN_DELETED, 2 * inserted));
        }
        if (inserted > 0) {
            store.writeCatalog();
        }
        failed = false;
    }

    @Override
    public void close() throws SQLException {
        reader.close();
        store.close();
    }
}
