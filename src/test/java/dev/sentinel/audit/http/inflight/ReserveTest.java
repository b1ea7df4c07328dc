package dev.sentinel.audit.http.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** A budget of 640: 40 are reserved for owners that hold 10 or fewer. */
class ReserveTest {
    private static final Duration LONG = Duration.ofMinutes(1);
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

    /** More owners than there are shares, each with one request that is exempt from the share. */
    @Test
    void take_othersHoldAndWantEverything_grantsLittleAtOnce() {
        Budget budget = budget();
        List<Future<Permit>> large = new ArrayList<>();
        for (int owner = 0; owner < 8; owner++) {
            large.add(budget.take("large-" + owner, 160));
        }
        assertThat(large.stream().filter(Future::isComplete)).hasSize(3);

        assertThat(budget.take("modest", 10).succeeded()).isTrue();
        assertThat(budget.take("another", 10).succeeded()).isTrue();
    }

    @Test
    void take_ownerAlreadyHoldsLittle_waitsForMore() {
        Budget budget = budget();
        budget.take("large", 600);
        budget.take("modest", 6);

        assertThat(budget.take("modest", 5).isComplete()).isFalse();
        assertThat(budget.take("modest", 4).succeeded()).isTrue();
    }

    @Test
    void release_littleAndMuchWait_servesLittleFirst() throws Exception {
        Budget budget = budget();
        Permit all = budget.take("large", 640).result();
        Future<Permit> much = budget.take("waits first", 620);
        Future<Permit> little = budget.take("modest", 10);

        all.shrinkTo(630);

        little.await(10, TimeUnit.SECONDS);
        assertThat(much.isComplete()).isFalse();
        all.release();
        little.result().release();
        much.await(10, TimeUnit.SECONDS);
    }

    @Test
    void take_moreThanAllButTheReserve_needsEverything() throws Exception {
        Budget budget = budget();
        Permit little = budget.take("modest", 1).result();
        Future<Permit> all = budget.take("large", 640);
        assertThat(all.isComplete()).isFalse();

        little.release();

        all.await(10, TimeUnit.SECONDS);
    }

    /** A sixty-fourth of it is nothing. */
    @Test
    void take_smallCapacity_hasNoReserve() {
        assertThat(Budget.withReserve(vertx, "events", 63, LONG).take("a", 63).succeeded())
                .isTrue();
    }

    /** Owners with requests of any size: those that hold much never take the reserve, and nobody more than there is. */
    @Property(tries = 300)
    void take_anySequence_leavesTheReserveToThoseThatHoldLittle(
            @ForAll @Size(max = 80) List<@IntRange(min = -8, max = 300) Integer> steps) throws Exception {
        Budget budget = budget();
        List<Future<Permit>> taken = new ArrayList<>();
        for (int step : steps) {
            if (step > 0) {
                taken.add(budget.take("owner-" + step % 8, step));
            } else if (!taken.isEmpty()) {
                taken.remove(-step % taken.size()).onSuccess(Permit::release);
            }
            assertThat(budget.inUse()).isBetween(0L, 640L);
            long[] held = new long[8];
            for (Future<Permit> each : taken) {
                if (each.succeeded()) {
                    held[Integer.parseInt(each.result().owner().substring(6))] +=
                            each.result().amount();
                }
            }
            long much = 0;
            for (long one : held) {
                much += one > 10 ? one : 0;
            }
            assertThat(much).as("held by those that hold more than 10").isLessThanOrEqualTo(600);
        }
        // Each release grants what waits: nobody is forgotten.
        taken.forEach(each -> each.onSuccess(Permit::release));
        Future.join(taken).await(10, TimeUnit.SECONDS);
        assertThat(budget.inUse()).isZero();
    }

    private static Budget budget() {
        return Budget.withReserve(vertx, "events", 640, LONG);
    }
}
