package dev.sentinel.audit.store.lsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LsmCacheTest {
    private final LsmCache cache = new LsmCache();

    @Test
    void headers_manyLargeOnes_keepsThoseThatWereUsedLast() {
        for (int id = 1; id <= 40; id++) {
            cache.add(id, header(1 << 20));
            assertThat(cache.header(1)).as("used all the time").isNotNull();
        }

        assertThat(cache.header(40)).isNotNull();
        assertThat(cache.header(2)).isNull();
        assertThat(kept(40)).isBetween(9, 12);
    }

    /** Objects take more memory than the few bytes of the header of a small run. */
    @Test
    void headers_manySmallOnes_countsTheirObjects() {
        for (int id = 1; id <= 100_000; id++) {
            cache.add(id, header(0));
        }

        assertThat(kept(100_000)).isBetween(20_000, 60_000);
    }

    @Test
    void headers_addedTwice_countsOnce() {
        for (int i = 0; i < 40; i++) {
            cache.add(1, header(1 << 20));
        }
        cache.add(2, header(1 << 20));

        assertThat(kept(2)).isEqualTo(2);
    }

    private int kept(int last) {
        int kept = 0;
        for (int id = 1; id <= last; id++) {
            kept += cache.header(id) == null ? 0 : 1;
        }
        return kept;
    }

    private static SegmentHeader header(int filterBytes) {
        Place place = new Place(0, 0, 0, 0);
        return new SegmentHeader(SegmentHeader.blob(List.of(place), new byte[filterBytes]), 1);
    }

    @Test
    void catalogs_severalVersions_keepsTheLastFour() {
        for (int run = 1; run <= 6; run++) {
            cache.add(catalog(run));
            cache.add(catalog(run));
        }

        assertThat(cache.catalog(catalog(2).version())).isNull();
        for (int run = 3; run <= 6; run++) {
            assertThat(cache.catalog(catalog(run).version())).isNotNull();
        }
        assertThat(cache.newest())
                .extracting(Catalog::version)
                .isEqualTo(catalog(6).version());
    }

    private static Catalog catalog(long run) {
        Segment segment = new Segment(1, 1, 1, 0, 0, new Place(0, 0, 0, 0));
        return new Catalog(List.of(Run.of(run, 0, List.of(segment))));
    }
}
