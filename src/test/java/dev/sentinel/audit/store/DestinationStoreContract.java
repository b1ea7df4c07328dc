package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.store.StoredDestination.Replay;
import dev.sentinel.audit.store.postgres.PostgresVertx;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every {@link DestinationStore}. A subclass opens real stores. */
@Timeout(60)
public abstract class DestinationStoreContract {
    private static final String ID = "siem";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Instant NOW = Instant.parse("2026-11-02T08:05:13.123Z");

    /** A lease that has ended when it begins. */
    private static final Duration ENDED = Duration.ZERO;

    private final Vertx vertx = Vertx.vertx();
    private DestinationStore store;

    /** Opens the store of the test: an empty one at the first call, and the same one again at later calls. */
    protected abstract Future<? extends DestinationStore> open(Vertx vertx);

    @BeforeEach
    void openStore() {
        store = open(vertx).await();
    }

    @AfterEach
    void close() {
        store.close().await();
        PostgresVertx.close(vertx);
    }

    @Test
    void add_anyDestination_roundTrips() {
        StoredDestination full = new StoredDestination(
                "b-replay",
                "{\"url\":\"https://\ud83e\udd16'\\u0001\"}",
                7,
                1L << 50,
                new Replay("b", 1L << 51),
                DestinationState.RESET,
                "it's \"away\"",
                3,
                null,
                0,
                NOW);
        StoredDestination plain = StoredDestination.starting("a", "{}", 0, null);

        assertThat(store.add(full).await()).isTrue();
        assertThat(store.add(plain).await()).isTrue();

        assertThat(store.all().await()).containsExactly(plain, full);
        DestinationStore again = open(vertx).await();
        assertThat(again.all().await()).hasSize(2);
        again.close().await();
    }

    @Test
    void add_idTaken_changesNothing() {
        added(5);

        assertThat(store.add(StoredDestination.starting(ID, "other", 9, null)).await())
                .isFalse();

        assertThat(only().definition()).isEqualTo("{}");
        assertThat(only().next()).isEqualTo(5);
    }

    @Test
    void anyChange_unknownId_isFalse() {
        assertThat(store.define(ID, "{}").await()).isFalse();
        assertThat(store.steer(ID, DestinationState.PAUSED, OptionalLong.empty())
                        .await())
                .isFalse();
        assertThat(store.steer(ID, DestinationState.RUNNING, OptionalLong.of(1)).await())
                .isFalse();
        assertThat(store.remove(ID).await()).isFalse();
        assertThat(store.own(ID, "a", LONG).await()).isEmpty();
        assertThat(store.advance(ID, 0, 1).await()).isFalse();
        assertThat(store.report(ID, 0, 0, DestinationState.FAILING, null).await())
                .isFalse();
        assertThat(store.skip(ID, 0, new RefusedEvent(1, "no", NOW)).await()).isFalse();
        assertThat(store.all().await()).isEmpty();
    }

    @Test
    void own_anotherHasTheLease_isRefused() {
        added(5);
        StoredDestination first = store.own(ID, "a", LONG).await().orElseThrow();

        assertThat(store.own(ID, "b", LONG).await()).isEmpty();

        assertThat(first.owner()).isEqualTo("a");
        assertThat(only()).isEqualTo(first);
    }

    @Test
    void own_renewed_keepsTheFence() {
        added(5);
        long fence = owned("a").fence();

        assertThat(owned("a").fence()).isEqualTo(fence);
    }

    @Test
    void own_leaseEnded_getsAHigherFenceAndTheCursor() {
        added(5);
        StoredDestination first = store.own(ID, "a", ENDED).await().orElseThrow();
        assertThat(only().owner()).as("a lease that has ended").isNull();
        assertThat(store.advance(ID, first.fence(), 6).await()).isTrue();

        StoredDestination second = owned("b");

        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(second.next()).isEqualTo(6);
    }

    @Test
    void advance_formerOwner_doesNotMoveTheCursor() {
        added(5);
        long before = store.own(ID, "a", ENDED).await().orElseThrow().fence();
        StoredDestination now = owned("b");

        assertThat(store.advance(ID, before, 9).await()).isFalse();
        assertThat(store.report(ID, before, 0, DestinationState.FAILING, "x").await())
                .isFalse();
        assertThat(store.skip(ID, before, new RefusedEvent(5, "x", NOW)).await())
                .isFalse();

        assertThat(only()).isEqualTo(now);
        assertThat(store.refused(ID).await()).isEmpty();
    }

    @Test
    void advance_toAnEarlierPosition_keepsTheCursor() {
        added(5);
        long fence = owned("a").fence();
        store.advance(ID, fence, 9).await();

        assertThat(store.advance(ID, fence, 7).await()).isTrue();

        assertThat(only().next()).isEqualTo(9);
        assertThat(only().advanced())
                .isAfter(Instant.now().minusSeconds(60))
                .isBefore(Instant.now().plusSeconds(60));
    }

    @Test
    void fence_releasedOrRemoved_neverReturns() {
        Set<Long> fences = new HashSet<>();
        long highest = 0;
        for (int i = 0; i < 5; i++) {
            added(5);
            long fence = owned("a").fence();
            assertThat(fences.add(fence)).isTrue();
            assertThat(fence).isGreaterThan(highest);
            store.release("a").await();
            highest = owned("a").fence();
            assertThat(fences.add(highest)).as("after a release").isTrue();
            store.remove(ID).await();
        }
    }

    @Test
    void release_otherServer_keepsItsLease() {
        added(5);
        owned("a");

        store.release("b").await();
        assertThat(store.own(ID, "b", LONG).await()).isEmpty();
        store.release("a").await();

        assertThat(store.own(ID, "b", LONG).await()).isPresent();
    }

    @Test
    void define_known_isANewRevision() {
        added(5);
        long fence = owned("a").fence();

        assertThat(store.define(ID, "{\"new\":1}").await()).isTrue();

        assertThat(only().definition()).isEqualTo("{\"new\":1}");
        assertThat(only().revision()).isEqualTo(1);
        assertThat(store.report(ID, fence, 0, DestinationState.STOPPED, "about the old one")
                        .await())
                .isFalse();
        assertThat(store.report(ID, fence, 1, DestinationState.STOPPED, "about this one")
                        .await())
                .isTrue();
        assertThat(only().state()).isEqualTo(DestinationState.STOPPED);
        assertThat(only().error()).isEqualTo("about this one");
    }

    @Test
    void steer_withoutPosition_keepsCursorAndOwner() {
        added(5);
        StoredDestination owned = owned("a");
        store.report(ID, owned.fence(), 0, DestinationState.STOPPED, "denied").await();

        store.steer(ID, DestinationState.PAUSED, OptionalLong.empty()).await();

        assertThat(only().state()).isEqualTo(DestinationState.PAUSED);
        assertThat(only().error()).isNull();
        assertThat(only().revision()).isEqualTo(1);
        assertThat(only().owner()).isEqualTo("a");
        assertThat(store.advance(ID, owned.fence(), 6).await())
                .as("what was under way is acknowledged")
                .isTrue();
    }

    /** A pause that is resumed must not be a way around the decision where to go on. */
    @Test
    void steer_reset_needsAPosition() {
        added(5);

        assertThat(store.hold(ID, 4, "another cursor").await()).isFalse();
        assertThat(store.hold(ID, 5, "beyond").await()).isTrue();
        assertThat(store.hold(ID, 5, "again").await()).isFalse();

        for (DestinationState state : List.of(DestinationState.PAUSED, DestinationState.RUNNING)) {
            assertThat(store.steer(ID, state, OptionalLong.empty()).await()).isFalse();
            assertThat(only().state()).isEqualTo(DestinationState.RESET);
            assertThat(only().error()).isEqualTo("beyond");
        }
        assertThat(store.steer(ID, DestinationState.RUNNING, OptionalLong.of(2)).await())
                .isTrue();
        assertThat(only().state()).isEqualTo(DestinationState.RUNNING);
        assertThat(only().next()).isEqualTo(2);
    }

    @Test
    void steer_toAPosition_shutsOutThePresentOwner() {
        added(5);
        long fence = owned("a").fence();

        store.steer(ID, DestinationState.RUNNING, OptionalLong.of(2)).await();

        assertThat(store.advance(ID, fence, 8).await()).isFalse();
        assertThat(only().next()).isEqualTo(2);
        assertThat(owned("a").fence()).isGreaterThan(fence);
    }

    @Test
    void skip_owner_keepsTheEventAndMovesTheCursor() {
        added(5);
        long fence = owned("a").fence();
        RefusedEvent event = new RefusedEvent(7, "HTTP 413", NOW);

        assertThat(store.skip(ID, fence, event).await()).isTrue();
        assertThat(store.skip(ID, fence, new RefusedEvent(9, "HTTP 400", NOW)).await())
                .isTrue();

        assertThat(store.refused(ID).await()).containsExactly(event, new RefusedEvent(9, "HTTP 400", NOW));
        assertThat(only().next()).isEqualTo(10);
        assertThat(only().refused()).isEqualTo(2);
        store.forget(ID, 7).await();
        assertThat(store.refused(ID).await()).extracting(RefusedEvent::seq).containsExactly(9L);
        assertThat(only().refused()).as("a count of all").isEqualTo(2);
    }

    @Test
    void skip_tooMany_changesNothing() {
        added(0);
        long fence = owned("a").fence();
        for (int seq = 0; seq < DestinationStore.MAX_REFUSED; seq++) {
            assertThat(store.skip(ID, fence, new RefusedEvent(seq, "no", NOW)).await())
                    .isTrue();
        }

        assertThat(store.skip(ID, fence, new RefusedEvent(DestinationStore.MAX_REFUSED, "no", NOW))
                        .await())
                .isFalse();

        assertThat(only().next()).isEqualTo(DestinationStore.MAX_REFUSED);
        assertThat(store.refused(ID).await()).hasSize(DestinationStore.MAX_REFUSED);
    }

    @Test
    void remove_known_removesRefusedEventsAndReplay() {
        added(5);
        long fence = owned("a").fence();
        store.skip(ID, fence, new RefusedEvent(7, "no", NOW)).await();
        store.add(StoredDestination.starting(ID + "-replay", "{}", 0, new Replay(ID, 3)))
                .await();

        assertThat(store.remove(ID).await()).isTrue();

        assertThat(store.all().await()).isEmpty();
        assertThat(store.refused(ID).await()).isEmpty();
        assertThat(store.advance(ID, fence, 9).await()).isFalse();
    }

    @Test
    void adopt_someKnown_addsTheOthers() {
        added(5);
        StoredDestination lake = StoredDestination.starting("lake", "{}", 77, null);
        RefusedEvent event = new RefusedEvent(7, "HTTP 413", NOW);

        store.adopt(List.of(
                        new DestinationStore.Adopted(StoredDestination.starting(ID, "other", 9, null), List.of(event)),
                        new DestinationStore.Adopted(lake, List.of(event))))
                .await();

        assertThat(store.all().await()).containsExactly(lake, StoredDestination.starting(ID, "{}", 5, null));
        assertThat(store.refused("lake").await()).containsExactly(event);
        assertThat(store.refused(ID).await()).isEmpty();
    }

    /** Of the log as it is where it comes from: what was removed there must not deliver again here. */
    @Test
    void replaceAll_leavesNothingOfBefore() {
        RefusedEvent before = new RefusedEvent(3, "HTTP 422", NOW);
        RefusedEvent after = new RefusedEvent(7, "HTTP 413", NOW);
        added(5);
        long fence = store.own(ID, "a", LONG).await().orElseThrow().fence();
        store.skip(ID, fence, before).await();
        store.add(StoredDestination.starting("removed", "{}", 1, null)).await();
        StoredDestination moved = StoredDestination.starting(ID, "other", 9, null);

        store.replaceAll(List.of(new DestinationStore.Adopted(moved, List.of(after))))
                .await();

        assertThat(store.all().await()).containsExactly(moved);
        assertThat(store.refused(ID).await()).containsExactly(after);
        assertThat(store.advance(ID, fence, 50).await())
                .as("by the owner of before")
                .isFalse();
        assertThat(store.own(ID, "b", LONG).await().orElseThrow().fence()).isGreaterThan(fence);
        store.replaceAll(List.of()).await();
        assertThat(store.all().await()).isEmpty();
    }

    /** A replay ends, and what it skipped must still be there to be delivered. */
    @Test
    void skip_replay_keepsTheEventWithItsDestination() {
        String replay = ID + "-replay";
        added(50);
        store.add(StoredDestination.starting(replay, "", 0, new Replay(ID, 30))).await();
        long fence = store.own(replay, "a", LONG).await().orElseThrow().fence();
        RefusedEvent event = new RefusedEvent(7, "HTTP 413", NOW);

        assertThat(store.skip(replay, fence, event).await()).isTrue();
        assertThat(store.finish(replay, fence).await()).isTrue();

        assertThat(store.refused(ID).await()).containsExactly(event);
        assertThat(only().refused()).isEqualTo(1);
        assertThat(only().next()).as("the cursor of the destination").isEqualTo(50);
    }

    @Test
    void finish_formerOwner_keepsTheNewerReplay() {
        String replay = ID + "-replay";
        added(50);
        store.add(StoredDestination.starting(replay, "", 0, new Replay(ID, 30))).await();
        long before = store.own(replay, "a", LONG).await().orElseThrow().fence();
        store.remove(replay).await();
        store.add(StoredDestination.starting(replay, "", 3, new Replay(ID, 40))).await();
        store.own(replay, "b", LONG).await();

        assertThat(store.finish(replay, before).await()).isFalse();
        assertThat(store.all().await()).hasSize(2);
    }

    /** Two servers take turns at random, each with what it knows; the cursor never goes back. */
    @Test
    void cursor_randomOwners_neverGoesBack() {
        added(0);
        Random random = new Random(20261102);
        String[] servers = {"a", "b", "c"};
        long[] fences = new long[servers.length];
        long[] next = new long[servers.length];
        long cursor = 0;
        for (int step = 0; step < 400; step++) {
            int i = random.nextInt(servers.length);
            if (fences[i] == 0 || random.nextInt(4) == 0) {
                Duration lease = random.nextBoolean() ? ENDED : LONG;
                StoredDestination owned =
                        store.own(ID, servers[i], lease).await().orElse(null);
                if (owned != null) {
                    fences[i] = owned.fence();
                    next[i] = owned.next();
                }
            } else {
                next[i] += random.nextInt(5);
                boolean moved = store.advance(ID, fences[i], next[i]).await();
                long highest = IntStream.range(0, fences.length)
                        .mapToLong(k -> fences[k])
                        .max()
                        .orElseThrow();
                assertThat(moved).isEqualTo(fences[i] == highest);
            }
            long now = only().next();
            assertThat(now).isGreaterThanOrEqualTo(cursor);
            cursor = now;
        }
        assertThat(cursor).isPositive();
    }

    private void added(long next) {
        assertThat(store.add(StoredDestination.starting(ID, "{}", next, null)).await())
                .isTrue();
    }

    private StoredDestination owned(String server) {
        return store.own(ID, server, LONG).await().orElseThrow();
    }

    private StoredDestination only() {
        List<StoredDestination> all = store.all().await();
        assertThat(all).hasSize(1);
        return all.get(0);
    }
}
