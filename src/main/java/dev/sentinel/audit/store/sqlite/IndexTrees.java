package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.store.lsm.Key;
import dev.sentinel.audit.store.lsm.Tree;
import java.util.List;
import java.util.UUID;

/**
 * The trees of the index file: the events in several orders. The time of an entry is the effective time in microseconds
 * since the epoch, its tag one of {@link Kinds}, its owner the key of its agent where the tree does not say it already.
 */
final class IndexTrees {
    /** All events, without a key. */
    static final Tree TIMES = new Tree(0, Tree.NEVER);

    /** By agent; see {@link #agent}. Most agents are in most runs. */
    static final Tree AGENTS = new Tree(1, Tree.NEVER);

    /** By trace, see {@link Keys#ofTraceId}. */
    static final Tree TRACES = new Tree(2, Tree.ALWAYS);

    /** By session and by whom an agent acts for, see {@link Keys}. Only events that have them. */
    static final Tree LINKS = new Tree(3, Tree.ALWAYS);

    /**
     * By event id, without times. {@link IdFilters} answer for most ids that are new, so the filters of runs only make
     * look-ups of known ones faster. Those of larger runs would not fit into memory.
     */
    static final Tree IDS = new Tree(4, 2_000_000);

    static final List<Tree> ALL = List.of(TIMES, AGENTS, TRACES, LINKS, IDS);

    private IndexTrees() {}

    static Key key(UUID key) {
        return new Key(key.getMostSignificantBits(), key.getLeastSignificantBits());
    }

    static Key agent(long agentKey) {
        return new Key(0, agentKey);
    }
}
