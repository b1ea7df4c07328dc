package dev.sentinel.audit.http.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static Vertx vertx;

    @BeforeAll
    @BeforeContainer
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    @AfterContainer
    static void stop() {
        vertx.close().await();
    }

    @Test
    void take_available_isGrantedAtOnce() {
        assertThat(new Budget(vertx, "events", 10, LONG).take(10).succeeded()).isTrue();
    }

    @Test
    void take_moreThanTheCapacity_isRefusedAtOnce() {
        assertThat(new Budget(vertx, "events", 10, LONG).take(11).cause()).isInstanceOf(Failure.class);
    }

    @Test
    void take_noneAvailable_isRefusedAfterTheTimeout() {
        Budget budget = new Budget(vertx, "events", 10, SHORT);
        budget.take(10);

        assertThat(failure(budget.take(1))).isInstanceOf(Overloaded.class);
    }

    @Test
    void take_waiting_isServedInOrder() throws Exception {
        Budget budget = new Budget(vertx, "events", 10, LONG);
        Permit all = budget.take(10).result();
        List<Integer> served = new ArrayList<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(now -> {
            budget.take(10).onSuccess(permit -> {
                served.add(1);
                permit.release();
            });
            budget.take(1).onSuccess(permit -> {
                served.add(2);
                second.complete(null);
            });
            all.release();
        });
        second.get(10, TimeUnit.SECONDS);

        assertThat(served).containsExactly(1, 2);
    }

    @Test
    void release_twice_releasesOnce() {
        Budget budget = new Budget(vertx, "events", 10, LONG);
        Permit permit = budget.take(6).result();
        budget.take(4);

        permit.release();
        permit.release();

        assertThat(budget.inUse()).isEqualTo(4);
    }

    @Test
    void shrink_half_releasesTheOther() {
        Budget budget = new Budget(vertx, "events", 10, LONG);
        Permit permit = budget.take(6).result();

        permit.shrinkTo(3);
        permit.shrinkTo(8);

        assertThat(budget.inUse()).isEqualTo(3);
    }

    /** A positive number takes that amount, zero releases the oldest permit. */
    @Property(tries = 300)
    void inUse_anySequence_isWhatIsHeldAndWithinTheCapacity(
            @ForAll @Size(max = 60) List<@IntRange(max = 12) Integer> steps) {
        Budget budget = new Budget(vertx, "events", 20, LONG);
        Deque<Permit> held = new ArrayDeque<>();
        Deque<Integer> amounts = new ArrayDeque<>();
        for (int step : steps) {
            if (step == 0) {
                if (!held.isEmpty()) {
                    held.remove().release();
                    amounts.remove();
                }
            } else if (step <= 20 - budget.inUse()) {
                held.add(budget.take(step).result());
                amounts.add(step);
            }
            assertThat(budget.inUse())
                    .isEqualTo(amounts.stream().mapToInt(Integer::intValue).sum())
                    .isLessThanOrEqualTo(20);
        }
        held.forEach(Permit::release);
        assertThat(budget.inUse()).isZero();
    }

    private static Throwable failure(Future<?> future) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        future.onComplete(result -> failure.complete(result.cause()));
        return failure.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
