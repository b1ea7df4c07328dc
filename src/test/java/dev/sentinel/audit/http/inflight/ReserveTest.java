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
    void take_othersHoldAndWantEverything_grantsLittle() throws Exception {
        Budget budget = budget();
        List<Future<Permit>> large = new ArrayList<>();
        for (int owner = 0; owner < 8; owner++) {
            large.add(budget.take("large-" + owner, 160));
        }
        assertThat(large.stream().filter(Future::isComplete)).hasSize(3);

        budget.take("modest", 10).await(10, TimeUnit.SECONDS);
        budget.take("another", 10).await(10, TimeUnit.SECONDS);
        assertThat(large.stream().filter(Future::isComplete)).hasSize(3);
    }

    @Test
    void take_ownerAlreadyHoldsLittle_waitsForMore() throws Exception {
        Budget budget = budget();
        budget.take("large", 600);
        budget.take("modest", 6);

        Future<Permit> more = budget.take("modest", 5);
        budget.take("modest", 4).await(10, TimeUnit.SECONDS);

        assertThat(more.isComplete()).isFalse();
    }

    @Test
    void release_littleAndMuchWait_servesLittleFirst() throws Exception {
        Budget budget = budget();
        Permit all = budget.take("large", 640).result();
        Future<Permit> much = budget.take("waits first", 300);
        Future<Permit> little = budget.take("modest", 10);

        all.shrinkTo(630);

        little.await(10, TimeUnit.SECONDS);
        assertThat(much.isComplete()).isFalse();
        all.release();
        much.await(10, TimeUnit.SECONDS);
    }

    /** Otherwise clients that send a little all the time would keep a large request out for ever. */
    @Test
    void take_littleWhileMuchWaits_leavesToItWhatIsReleased() throws Exception {
        Budget budget = budget();
        Permit half = budget.take("half", 320).result();
        Permit rest = budget.take("rest", 280).result();
        Future<Permit> much = budget.take("waits", 300);
        List<Future<Permit>> little = new ArrayList<>();
        for (int owner = 0; owner < 5; owner++) {
            little.add(budget.take("little-" + owner, 10));
        }
        for (Future<Permit> granted : little.subList(0, 4)) {
            granted.await(10, TimeUnit.SECONDS);
        }
        assertThat(little.get(4).isComplete()).isFalse();

        rest.shrinkTo(20);
        half.shrinkTo(280);

        much.await(10, TimeUnit.SECONDS);
        assertThat(budget.inUse()).isEqualTo(640);
    }

    @Test
    void take_moreThanAllButTheReserve_needsEverythingAndIsNotOvertaken() throws Exception {
        Budget budget = budget();
        Permit little = budget.take("modest", 1).result();
        Future<Permit> all = budget.take("large", 640);
        Future<Permit> later = budget.take("later", 1);
        assertThat(all.isComplete()).isFalse();
        assertThat(later.isComplete()).isFalse();

        little.release();

        all.await(10, TimeUnit.SECONDS).release();
        later.await(10, TimeUnit.SECONDS);
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
        List<Future<Permit>> all = new ArrayList<>();
        for (int step : steps) {
            if (step > 0) {
                taken.add(budget.take("owner-" + step % 8, step));
                all.add(taken.get(taken.size() - 1));
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
        Future.join(all.stream().map(each -> each.onSuccess(Permit::release)).toList())
                .await(10, TimeUnit.SECONDS);
        assertThat(budget.inUse()).isZero();
    }

    private static Budget budget() {
        return Budget.withReserve(vertx, "events", 640, LONG);
    }
}
