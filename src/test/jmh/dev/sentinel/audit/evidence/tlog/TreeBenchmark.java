package dev.sentinel.audit.evidence.tlog;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per leaf to grow a tree, and per checkpoint to compute its root. The cost of the tree is append minus node. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TreeBenchmark {
    private static final int LEAVES = 25_600;

    private final byte[] leaves = new byte[LEAVES * TreeHash.BYTES];
    private final byte[] entry = new byte[456];
    private final NodeHasher hasher = new NodeHasher();
    private final TreeEdge edge = new TreeEdge();
    private final TreeEdge large = new TreeEdge();

    /** Makes leaves, and a tree whose root needs the most hashes. */
    @Setup
    public void makeLeaves() {
        Random random = new Random(1);
        random.nextBytes(leaves);
        random.nextBytes(entry);
        while (large.size() + LEAVES < 65_535) {
            large.append(leaves);
        }
        while (large.size() < 65_535) {
            large.append(TreeHash.EMPTY);
        }
    }

    /** The limit: the one node hash that each leaf needs. */
    @Benchmark
    @OperationsPerInvocation(LEAVES)
    public byte[] node() {
        byte[] node = new byte[TreeHash.BYTES];
        for (int i = 0; i < LEAVES - 1; i++) {
            hasher.parent(leaves, i * TreeHash.BYTES, leaves, (i + 1) * TreeHash.BYTES, node, 0);
        }
        return node;
    }

    /** Appends leaves and takes the full tiles. */
    @Benchmark
    @OperationsPerInvocation(LEAVES)
    public List<Tile> append() {
        edge.append(leaves);
        return edge.takeFull();
    }

    /** Computes the root of a tree with 255 hashes on two levels. */
    @Benchmark
    public TreeHash root() {
        return large.root();
    }

    /** Hashes an entry of the usual size. */
    @Benchmark
    public TreeHash leaf() {
        return TreeHash.leaf(entry);
    }
}
