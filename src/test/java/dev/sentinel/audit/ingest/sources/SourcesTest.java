package dev.sentinel.audit.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is remembered of producers. */
final class SourcesTest {
    private static final Instant NOW = Instant.parse("2026-11-02T08:00:00Z");

    private final Sources sources = new Sources(Clock.fixed(NOW, ZoneOffset.UTC), RedactionRules.full());

    @Test
    void seen_sameProducer_isSummedUp() {
        seen("a", 1, Map.of("step", 2));
        seen("b", 1, Map.of());
        seen("a", 2, Map.of("step", 1, "no_rule", 1));

        assertThat(sources.view().sources()).hasSize(2);
        Source.View last = sources.view().sources().get(0);
        assertThat(last.origin().producer()).isEqualTo("a");
        assertThat(last.requests()).isEqualTo(2);
        assertThat(last.kept()).isEqualTo(3);
        assertThat(last.ignored()).isEqualTo(Map.of("step", 3L, "no_rule", 1L));
    }

    @Test
    void seen_otherKeyOrProtocol_isAnotherSource() {
        Arrival arrival = new Arrival(1, 0, 0, 0, Map.of());
        sources.seen(new Origin("k1", "p", "a"), arrival);
        sources.seen(new Origin("k2", "p", "a"), arrival);
        sources.seen(new Origin("k2", "q", "a"), arrival);

        assertThat(sources.view().sources()).hasSize(3);
    }

    @Test
    void seen_tooMany_forgetsTheOneNotSeenForLongest() {
        seen("first", 1, Map.of());
        for (int i = 1; i < Sources.MAX_SOURCES; i++) {
            seen("p" + i, 1, Map.of());
        }
        seen("first", 1, Map.of());
        seen("one more", 1, Map.of());

        assertThat(sources.view().sources()).hasSize(Sources.MAX_SOURCES);
        assertThat(sources.view().forgotten()).isEqualTo(1);
        assertThat(sources.view().sources())
                .extracting(source -> source.origin().producer())
                .contains("first", "one more")
                .doesNotContain("p1");
    }

    @Test
    void name_longOrWithSecret_isCutAndRedacted() {
        seen("x".repeat(16_000), 1, Map.of());
        seen("tool/1 Authorization: Bearer tR0ub4dor9tR0ub4dor", 1, Map.of());

        assertThat(sources.view().sources())
                .extracting(source -> source.origin().producer())
                .allSatisfy(producer ->
                        assertThat(producer).hasSizeLessThanOrEqualTo(100).doesNotContain("tR0ub4dor"));
    }

    @Test
    void failed_again_isCountedAndLast() {
        sources.failed(null, "127.0.0.1", "curl", 401, "A token is required.");
        sources.failed(null, "127.0.0.1", null, 404, "Nothing.");
        sources.failed(null, "127.0.0.1", "curl", 401, "A token is required.");

        assertThat(sources.view().troubles()).hasSize(2);
        assertThat(sources.view().troubles().get(0).count()).isEqualTo(2);
        assertThat(sources.view().troubles().get(0).trouble().status()).isEqualTo(401);
    }

    @Test
    void failed_often_keepsTheLast() {
        for (int i = 0; i < 1_000; i++) {
            sources.failed(null, "127.0.0.1", "client " + i, 401, "A token is required.");
        }

        assertThat(sources.view().troubles()).hasSize(Sources.MAX_TROUBLES);
        assertThat(sources.view().troubles().get(0).trouble().producer()).isEqualTo("client 999");
    }

    private void seen(String producer, int kept, Map<String, Integer> ignored) {
        sources.seen(new Origin(null, "p", producer), new Arrival(kept, 0, 0, 0, ignored));
    }
}
