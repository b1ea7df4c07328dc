package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteppedSearchTest {
    private static final long STEP_NANOS = SteppedSearch.MAX_TIME.toNanos() / 4;

    private final PageBuilder<Position> page = new PageBuilder<>(3, position -> position);
    private final AtomicLong nanoTime = new AtomicLong();
    private final List<Position> starts = new ArrayList<>();

    @Test
    void run_timeIsOver_endsWithTheReachedPosition() {
        FoundEvents found = run(text(), 100, 0);

        assertThat(starts).containsExactly(null, at(1), at(2), at(3));
        assertThat(found.next()).isEqualTo(at(4));
        assertThat(found.count()).isZero();
    }

    @Test
    void run_pageIsFull_ends() {
        FoundEvents found = run(text(), 100, 2);

        assertThat(starts).hasSize(2);
        assertThat(found.count()).isEqualTo(3);
        assertThat(found.next()).isEqualTo(at(2));
    }

    @Test
    void run_searchEnds_hasNoNextPage() {
        FoundEvents found = run(text(), 2, 0);

        assertThat(starts).hasSize(2);
        assertThat(found.next()).isNull();
    }

    @Test
    void run_withoutTexts_isOneStep() {
        assertThat(run(EventQuery.all(3), 100, 0).next()).isEqualTo(at(1));
        assertThat(starts).hasSize(1);
    }

    private FoundEvents run(EventQuery query, int steps, int foundByEach) {
        return new SteppedSearch<>(
                        page,
                        rest -> {
                            starts.add(rest.after());
                            nanoTime.addAndGet(STEP_NANOS);
                            for (int i = 0; i < foundByEach; i++) {
                                page.add(Buffer.buffer("{}"), at(starts.size()));
                            }
                            return Future.succeededFuture(
                                    starts.size() < steps ? Optional.of(at(starts.size())) : Optional.empty());
                        },
                        nanoTime::get)
                .run(query)
                .result();
    }

    private static EventQuery text() {
        return EventQuery.all(3).withFilter(filter -> filter.texts(Set.of("x")));
    }

    private static Position at(int rowId) {
        return new Position(Instant.EPOCH, rowId);
    }
}
