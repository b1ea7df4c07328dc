package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BloomFilterTest {
    private final Random random = new Random(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 51, 52, 1_000, 30_000})
    void mayContain_keyThatWasAdded_isTrue(int count) {
        long[] keys = random.longs(count).toArray();
        ByteBuffer filter = filter(keys);

        for (long key : keys) {
            assertThat(BloomFilter.mayContain(filter, key, ~key)).isTrue();
        }
    }

    @Test
    void mayContain_otherKeys_isRarelyTrue() {
        ByteBuffer filter = filter(random.longs(30_000).toArray());

        assertThat(shareOfOthers(filter)).isLessThan(0.015);
    }

    /** Agents are numbered from one. */
    @Test
    void mayContain_otherKeysThanNumbersInARow_isRarelyTrue() {
        BloomFilter.Builder builder = new BloomFilter.Builder();
        for (int i = 0; i < 10_000; i++) {
            builder.add(0, i);
        }
        ByteBuffer filter = ByteBuffer.wrap(builder.finish());

        int found = 0;
        for (int i = 10_000; i < 60_000; i++) {
            found += BloomFilter.mayContain(filter, 0, i) ? 1 : 0;
        }
        assertThat(found / 50_000.0).isLessThan(0.015);
    }

    @Test
    void finish_builder_isEmptyAfterwards() {
        BloomFilter.Builder builder = new BloomFilter.Builder();
        builder.add(1, 2);
        builder.finish();

        assertThat(shareOfOthers(ByteBuffer.wrap(builder.finish()))).isZero();
    }

    @Test
    void mayContain_filterBehindOtherBytes_readsTheFilter() {
        byte[] filter = filter(3).array();
        ByteBuffer both = ByteBuffer.allocate(100 + filter.length).put(100, filter);

        assertThat(BloomFilter.mayContain(both.position(100).slice(), 3, ~3)).isTrue();
    }

    private double shareOfOthers(ByteBuffer filter) {
        int asked = 50_000;
        int found = 0;
        for (int i = 0; i < asked; i++) {
            found += BloomFilter.mayContain(filter, random.nextLong(), random.nextLong()) ? 1 : 0;
        }
        return (double) found / asked;
    }

    private static ByteBuffer filter(long... keys) {
        BloomFilter.Builder builder = new BloomFilter.Builder();
        for (long key : keys) {
            builder.add(key, ~key);
        }
        return ByteBuffer.wrap(builder.finish());
    }
}
