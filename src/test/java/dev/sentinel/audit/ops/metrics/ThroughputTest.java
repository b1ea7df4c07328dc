package dev.sentinel.audit.ops.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.persist.Committed;
import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final long SECOND = 1_000_000_000L;

    private final Throughput throughput = new Throughput(0);

    @Test
    void drain_nothingCommitted_isEmpty() {
        assertThat(throughput.drain(60 * SECOND)).isEmpty();
    }

    @Test
    void drain_afterDrain_startsFromZero() {
        throughput.add(new Committed(5, 1, 1_000));
        throughput.drain(SECOND);

        assertThat(throughput.drain(2 * SECOND)).isEmpty();
    }

    @Test
    void drain_severalCommits_sumsThem() {
        throughput.add(new Committed(110, 10, 2_000_000));
        throughput.add(new Committed(10, 2, 2_000_000));

        assertThat(throughput.drain(60 * SECOND))
                .contains("throughput events=120 per_second=2.0 requests=12 commits=2 p99_commit_ms=2.0");
    }

    @Test
    void drain_oneSlowCommitOfAHundred_isNotThe99thPercentile() {
        commit(99, 1_000_000);
        commit(1, SECOND);

        assertThat(p99Millis()).isBetween(1.0, 1.3);
    }

    @Test
    void drain_twoSlowCommitsOfAHundred_areThe99thPercentile() {
        commit(98, 1_000_000);
        commit(2, SECOND);

        assertThat(p99Millis()).isEqualTo(1_000.0);
    }

    @Test
    void drain_shortestAndLongestPossible_areCounted() {
        commit(1, 0);
        commit(1, Long.MAX_VALUE);

        assertThat(throughput.drain(SECOND)).get().asString().contains("commits=2 ");
    }

    private void commit(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            throughput.add(new Committed(1, 1, nanos));
        }
    }

    private double p99Millis() {
        return Double.parseDouble(throughput.drain(SECOND).orElseThrow().replaceAll(".*p99_commit_ms=", ""));
    }
}
