package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.failure.Unavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When equal queries run once, and when they must not. */
final class SharedQueriesTest {
    private final List<Promise<String>> runs = new ArrayList<>();

    /** Its queries end when the test says so. */
    private final SharedQueries<String, String> shared = new SharedQueries<>(query -> {
        Promise<String> promise = Promise.promise();
        runs.add(promise);
        return promise.future();
    });

    @Test
    void equalQueries_ofTheSameRevision_runOnce() {
        Future<String> first = shared.answer("day", "1");
        Future<String> second = shared.answer("day", "1");
        Future<String> other = shared.answer("week", "1");

        assertThat(runs).hasSize(2);
        runs.get(0).complete("7 events");
        assertThat(first.result()).isEqualTo("7 events");
        assertThat(second.result()).isEqualTo("7 events");
        assertThat(other.isComplete()).isFalse();
    }

    /** The one that runs may not have the events that were stored before they asked. */
    @Test
    void equalQueries_ofLaterRevisions_shareTheNextRun() {
        Future<String> first = shared.answer("day", "1");
        Future<String> second = shared.answer("day", "2");
        Future<String> third = shared.answer("day", "3");
        assertThat(runs).hasSize(1);

        runs.get(0).complete("7 events");

        assertThat(first.result()).isEqualTo("7 events");
        assertThat(runs).hasSize(2);
        assertThat(second.isComplete()).isFalse();
        runs.get(1).complete("9 events");
        assertThat(List.of(second.result(), third.result())).containsOnly("9 events");
        assertThat(runs).hasSize(2);
    }

    @Test
    void query_afterOneThatHasEnded_runsAgain() {
        shared.answer("day", "1");
        runs.get(0).complete("7 events");

        shared.answer("day", "1");

        assertThat(runs).hasSize(2);
    }

    @Test
    void query_fails_andTheNextOneRunsAllTheSame() {
        Future<String> first = shared.answer("day", "1");
        Future<String> second = shared.answer("day", "2");

        runs.get(0).fail(new Unavailable("gone"));
        runs.get(1).complete("9 events");

        assertThat(first.cause()).hasMessage("gone");
        assertThat(second.result()).isEqualTo("9 events");
    }

    @Test
    void query_throws_andIsNotWaitedFor() {
        SharedQueries<String, String> broken = new SharedQueries<>(query -> {
            throw new Unavailable("broken");
        });

        assertThat(broken.answer("day", "1").cause()).hasMessage("broken");
        assertThat(broken.answer("day", "1").cause()).hasMessage("broken");
    }
}
