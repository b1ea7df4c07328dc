package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BlockWriterTest {
    private static final int MAX_BYTES = 300;
    private static final Entry LARGEST =
            new Entry(-1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    /** Numbers near to each other, and the extremes. */
    private static Arbitrary<Long> numbers() {
        return Arbitraries.oneOf(Arbitraries.longs().between(-3, 3), Arbitraries.longs());
    }

    @Provide
    Arbitrary<List<Entry>> sortedEntries() {
        Arbitrary<Entry> entries = Combinators.combine(
                        numbers(),
                        numbers(),
                        numbers(),
                        numbers(),
                        Arbitraries.integers().greaterOrEqual(0),
                        Arbitraries.longs().greaterOrEqual(0))
                .as(Entry::new);
        return entries.list().ofMaxSize(60).map(list -> {
            TreeSet<Entry> sorted = new TreeSet<>(Entry.ORDER);
            sorted.addAll(list);
            return new ArrayList<>(sorted);
        });
    }

    @Property(tries = 300)
    void blocks_ofAnyEntries_areReadAsTheyWereWritten(@ForAll("sortedEntries") List<Entry> entries) {
        BlockWriter writer = new BlockWriter(MAX_BYTES);
        List<byte[]> blocks = new ArrayList<>();
        for (Entry entry : entries) {
            if (!add(writer, entry)) {
                blocks.add(writer.finish());
                assertThat(add(writer, entry)).as("an empty block has room").isTrue();
            }
        }
        blocks.add(writer.finish());

        assertThat(blocks).allSatisfy(block -> assertThat(block).hasSizeLessThanOrEqualTo(MAX_BYTES));
        BlockReader reader = new BlockReader();
        List<Entry> read = new ArrayList<>();
        for (byte[] block : blocks) {
            reader.open(block);
            while (reader.next()) {
                read.add(new Entry(reader.high, reader.low, reader.time, reader.seq, reader.tag, reader.owner));
            }
        }
        assertThat(read).isEqualTo(entries);
    }

    @Test
    void add_largestEntry_fitsIntoTheSmallestBlock() {
        BlockWriter writer = new BlockWriter(80);

        assertThat(add(writer, LARGEST)).isTrue();
        assertThat(writer.finish()).hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void add_entryWithoutRoom_leavesTheBlockAsItWas() {
        BlockWriter writer = new BlockWriter(90);
        add(writer, new Entry(0, 0, 5, 7, 1, 0));
        add(writer, new Entry(0, 0, 4, 6, 1, 0));

        assertThat(add(writer, LARGEST)).isTrue();
        assertThat(add(writer, new Entry(-2, -2, 0, 0, 0, 5))).isFalse();
        BlockReader reader = new BlockReader();
        reader.open(writer.finish());
        int count = 0;
        while (reader.next()) {
            count++;
        }
        assertThat(count).isEqualTo(3);
    }

    /** What the trees of the index need, so that a change of the format that takes more is seen. */
    @Test
    void block_eventsOfOneKey_takesFiveBytesEach() {
        BlockWriter writer = new BlockWriter(Sizes.NORMAL.blockBytes());
        int count = 0;
        while (add(writer, new Entry(0, 7, 1_700_000_000_000_000L - count * 1_000L, 1_000_000 - count, 90, 0))) {
            count++;
        }

        assertThat(count).isGreaterThan(Sizes.NORMAL.blockBytes() / 6);
    }

    private static boolean add(BlockWriter writer, Entry entry) {
        return writer.add(entry.high(), entry.low(), entry.time(), entry.seq(), entry.tag(), entry.owner());
    }
}
