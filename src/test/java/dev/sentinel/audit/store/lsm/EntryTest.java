package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EntryTest {
    @Test
    void order_entries_isByUnsignedKeyThenNewestFirst() {
        List<Entry> inOrder = List.of(
                entry(0, 1, 5, 5),
                entry(0, 1, 5, 4),
                entry(0, 1, -5, 9),
                entry(0, -1, 7, 7),
                entry(1, 0, Long.MAX_VALUE, 0),
                entry(1, 0, Long.MIN_VALUE, 0),
                entry(-1, 0, 9, 9));

        assertThat(Stream.of(4, 1, 6, 2, 0, 5, 3).map(inOrder::get).sorted(Entry.ORDER))
                .isEqualTo(inOrder);
    }

    private static Entry entry(long high, long low, long time, long seq) {
        return new Entry(high, low, time, seq, 0, 0);
    }
}
