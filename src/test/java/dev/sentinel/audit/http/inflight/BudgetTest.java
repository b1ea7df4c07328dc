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
        assertThat(new Budget(vertx, "events", 10, LONG).take("a", 10).succeeded())
                .isTrue();
    }

    @Test
    void take_moreThanTheCapacity_isRefusedAtOnce() {
        assertThat(new Budget(vertx, "events", 10, LONG).take("a", 11).cause()).isInstanceOf(Failure.class);
    }

    @Test
    void take_noneAvailable_isRefusedAfterTheTimeout() {
        Budget budget = new Budget(vertx, "events", 10, SHORT);
        budget.take("a", 10);

        assertThat(failure(budget.take("a", 1))).isInstanceOf(Overloaded.class);
    }

    @Test
    void take_waiting_isServedInOrder() throws Exception {
        Budget budget = new Budget(vertx, "events", 10, LONG);
        Permit all = budget.take("a", 10).result();
        List<Integer> served = new ArrayList<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(now -> {
            budget.take("a", 10).onSuccess(permit -> {
                served.add(1);
                permit.release();
            });
            budget.take("a", 1).onSuccess(permit -> {
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
        Permit permit = budget.take("a", 6).result();
        budget.take("a", 4);

        permit.release();
        permit.release();

        assertThat(budget.inUse()).isEqualTo(4);
    }

    @Test
    void shrink_half_releasesTheOther() {
        Budget budget = new Budget(vertx, "events", 10, LONG);
        Permit permit = budget.take("a", 6).result();

        permit.shrinkTo(3);
        permit.shrinkTo(8);

        assertThat(budget.inUse()).isEqualTo(3);
    }

    /** Nothing of what waits is taken, and nothing else is served before it. */
    @Test
    void await_available_takesNothing() {
        Budget budget = new Budget(vertx, "events", 10, LONG);

        assertThat(budget.await("a", 10).succeeded()).isTrue();
        assertThat(budget.inUse()).isZero();
    }

    @Test
    void take_othersWait_givesAnOwnerNoMoreThanItsShare() throws Exception {
        Budget budget = new Budget(vertx, "events", 8, LONG);
        List<Permit> greedy = take(budget, "greedy", 8);
        Future<Permit> more = budget.take("greedy", 1);
        Future<Permit> modest = budget.take("modest", 1);

        greedy.get(0).release();

        modest.await(10, TimeUnit.SECONDS);
        assertThat(more.isComplete()).as("behind, although it waited first").isFalse();
    }

    @Test
    void take_nobodyElseWaits_givesAnOwnerEverything() throws Exception {
        Budget budget = new Budget(vertx, "events", 8, LONG);
        List<Permit> greedy = take(budget, "greedy", 8);
        Future<Permit> more = budget.take("greedy", 1);

        greedy.get(0).release();

        more.await(10, TimeUnit.SECONDS);
        assertThat(budget.inUse()).isEqualTo(8);
    }

    /** Two clients that are busy may use everything, if nobody else wants it. */
    @Test
    void take_onlyOwnersBeyondTheirSharesWait_isServedWhileThereIsRoom() throws Exception {
        Budget budget = new Budget(vertx, "exports", 4, LONG);
        Permit other = budget.take("other", 2).result();
        budget.take("a", 1);
        budget.take("b", 1);
        Future<Permit> moreOfA = budget.take("a", 1);
        Future<Permit> moreOfB = budget.take("b", 1);

        other.release();

        moreOfA.await(10, TimeUnit.SECONDS);
        moreOfB.await(10, TimeUnit.SECONDS);
    }

    /** One request of each owner stays, whatever was revoked of it before. */
    @Test
    void take_revokedPermitsAreNotYetReleased_sparesTheLastOne() {
        Budget budget = new Budget(vertx, "bytes", 8, SHORT);
        Permit first = budget.take("greedy", 4).result();
        Permit second = budget.take("greedy", 4).result();
        List<Permit> revoked = new ArrayList<>();
        for (Permit permit : List.of(first, second)) {
            permit.onRevoke(() -> revoked.add(permit));
        }

        assertThat(failure(budget.take("modest", 2))).isInstanceOf(Overloaded.class);
        second.shrinkTo(1);
        assertThat(failure(budget.take("modest", 8))).isInstanceOf(Overloaded.class);

        assertThat(revoked).containsExactly(second);
    }

    /** A request that is gone must not stand before others. */
    @Test
    void release_whileWaiting_letsOthersPass() throws Exception {
        Budget budget = new Budget(vertx, "bytes", 8, LONG);
        Permit most = budget.take("a", 7).result();
        Permit gone = budget.open("b");
        gone.growTo(8);
        Future<Permit> small = budget.take("c", 2);

        gone.release();
        most.shrinkTo(6);

        small.await(10, TimeUnit.SECONDS);
    }

    /** Also if nothing else changes after it has gone. */
    @Test
    void release_holdsNothingAndWaits_letsOthersPass() throws Exception {
        Budget budget = new Budget(vertx, "bytes", 8, LONG);
        budget.take("a", 7);
        Permit gone = budget.open("b");
        gone.growTo(8);
        Future<Permit> small = budget.take("c", 1);
        assertThat(small.isComplete()).isFalse();

        gone.release();

        small.await(10, TimeUnit.SECONDS);
    }

    /** However small a share is. */
    @Test
    void take_othersWaitAndOnlyRequest_mayHaveTheLargestSize() throws Exception {
        Budget budget = new Budget(vertx, "bytes", 8, LONG);
        Permit all = budget.take("greedy", 8).result();
        Future<Permit> large = budget.take("large", 8);
        Future<Permit> small = budget.take("small", 1);

        all.release();

        large.await(10, TimeUnit.SECONDS);
        assertThat(small.isComplete()).isFalse();
        large.result().release();
        small.await(10, TimeUnit.SECONDS);
    }

    @Test
    void take_anotherHoldsMoreThanItsShare_revokesItsNewest() throws Exception {
        Budget budget = new Budget(vertx, "streams", 8, LONG);
        List<Permit> greedy = take(budget, "greedy", 8);
        List<Permit> revoked = new ArrayList<>();
        greedy.forEach(permit -> permit.onRevoke(() -> {
            revoked.add(permit);
            permit.release();
        }));

        Future<Permit> first = budget.take("modest", 1);
        first.await(10, TimeUnit.SECONDS);
        budget.take("modest", 1).await(10, TimeUnit.SECONDS);

        assertThat(revoked).containsExactly(greedy.get(7), greedy.get(6));
        assertThat(budget.inUse()).isEqualTo(8);
    }

    @Test
    void take_othersHoldTheirShares_revokesNothing() {
        Budget budget = new Budget(vertx, "streams", 8, SHORT);
        List<Permit> revoked = new ArrayList<>();
        for (String owner : List.of("a", "b", "c", "d")) {
            take(budget, owner, 2).forEach(permit -> permit.onRevoke(() -> revoked.add(permit)));
        }

        assertThat(failure(budget.take("e", 1))).isInstanceOf(Overloaded.class);
        assertThat(revoked).isEmpty();
        assertThat(budget.refusedWithinShare()).as("it was really used up").isEqualTo(1);
    }

    @Test
    void take_beyondTheShareOfItsOwner_isNoSignOfOverload() {
        Budget budget = new Budget(vertx, "events", 8, SHORT);
        take(budget, "greedy", 8);

        assertThat(failure(budget.take("greedy", 1))).isInstanceOf(Overloaded.class);
        assertThat(budget.refusedWithinShare()).isZero();
    }

    /** A single large request is no reason to revoke it. */
    @Test
    void take_anotherHoldsOneLargeRequest_waitsForIt() {
        Budget budget = new Budget(vertx, "bytes", 8, SHORT);
        List<Permit> revoked = new ArrayList<>();
        Permit large = budget.take("large", 8).result();
        large.onRevoke(() -> revoked.add(large));

        assertThat(failure(budget.take("other", 1))).isInstanceOf(Overloaded.class);
        assertThat(revoked).isEmpty();
    }

    /** Otherwise the waiting requests of one client would be another bound that it can use up. */
    @Test
    void take_placesToWaitAreTaken_givesOneToAnotherOwner() throws Exception {
        Budget budget = new Budget(vertx, "events", 8, LONG);
        List<Permit> greedy = take(budget, "greedy", 8);
        List<Future<Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(budget.take("greedy", 1));
        }
        Future<Permit> refused = budget.take("greedy", 1);
        Future<Permit> modest = budget.take("modest", 1);

        greedy.get(0).release();

        modest.await(10, TimeUnit.SECONDS);
        assertThat(refused.cause()).isInstanceOf(Overloaded.class);
        assertThat(failure(waiting.get(999))).isInstanceOf(Overloaded.class);
        assertThat(waiting.get(998).isComplete()).isFalse();
    }

    private static List<Permit> take(Budget budget, String owner, int permits) {
        List<Permit> taken = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            taken.add(budget.take(owner, 1).result());
        }
        return taken;
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
                held.add(budget.take("a", step).result());
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
        return future.transform(result -> Future.succeededFuture(result.cause()))
                .timeout(10, TimeUnit.SECONDS)
                .await();
    }
}
