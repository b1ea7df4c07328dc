package dev.sentinel.audit.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
final class SharedReadTest {
    /** The reads that have begun; the test ends them. */
    private final List<Promise<String>> reads = new ArrayList<>();

    private final SharedRead<String> shared = new SharedRead<>(() -> {
        reads.add(Promise.promise());
        return reads.get(reads.size() - 1).future();
    });

    @Test
    void manyWhoAskDuringARead_shareTheNextOne() {
        Future<String> first = shared.read();
        List<Future<String>> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(shared.read());
        }
        assertThat(reads).hasSize(1);

        reads.get(0).complete("old");

        assertThat(first.result()).isEqualTo("old");
        assertThat(others).noneMatch(Future::isComplete);
        assertThat(reads).hasSize(2);
        reads.get(1).complete("new");
        assertThat(others).allMatch(other -> other.result().equals("new"));
    }

    @Test
    void readThatFails_failsThoseWhoAskedForItOnly() {
        Future<String> first = shared.read();
        Future<String> second = shared.read();

        reads.get(0).fail("the database is away");
        reads.get(1).complete("new");

        assertThat(first.failed()).isTrue();
        assertThat(second.succeeded()).isTrue();
    }

    @Test
    void answer_ofAReadThatAnotherBegan_comesOnTheContextOfItsCaller(Vertx vertx) {
        shared.read();
        Context caller = vertx.getOrCreateContext();
        Promise<Boolean> same = Promise.promise();
        Promise<Void> asked = Promise.promise();
        caller.runOnContext(now -> {
            shared.read().onComplete(done -> same.complete(Vertx.currentContext() == caller));
            asked.complete();
        });
        asked.future().await();

        reads.get(0).complete("old");
        reads.get(1).complete("new");

        assertThat(same.future().await()).isTrue();
    }
}
