package dev.sentinel.audit.forward;

import static dev.sentinel.audit.forward.ForwardServer.ID;
import static dev.sentinel.audit.forward.ForwardServer.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.RefusedEvent;
import dev.sentinel.audit.store.StoredDestination;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine with the real store and a receiver that fails in every way. */
@Timeout(60)
final class ForwardVerticleTest {
    @TempDir
    private Path directory;

    private final Receiver receiver = new Receiver();
    private ForwardServer server;

    @BeforeEach
    void start() {
        server = server();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ForwardServer server() {
        StoreConfig config = SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                .store();
        return new ForwardServer(config, directory.resolve("secrets.key"), receiver, ForwardServer.QUICK, 1);
    }

    @Test
    void deliveries_logGrows_arriveInOrderAndOnce() {
        server.append(250);
        server.add(0);
        server.deploy();
        server.awaitTaken(250);
        server.append(301);
        server.awaitTaken(551);

        assertThat(receiver.taken()).isEqualTo(seqs(0, 551));
        assertThat(receiver.seen()).allMatch(batch -> batch.events().size() <= 100);
        server.awaitRow("the cursor is saved", row -> row.next() == 551);
        assertThat(server.row().error()).isNull();
        assertThat(server.acts).as("nobody need know").isEmpty();
    }

    @Test
    void deliveries_filter_passTheOthers() {
        server.append(300);
        server.add(0, "stop", Map.of("status", List.of("denied")));
        server.deploy();

        server.awaitRow("all are looked at", row -> row.next() == 300);

        List<Long> denied = server.log.read(0, 1000).await().stream()
                .filter(stored -> stored.event().status() == EventStatus.DENIED)
                .map(StoredEvent::seq)
                .toList();
        assertThat(receiver.taken()).isEqualTo(denied).isNotEmpty();
    }

    @Test
    void deliveries_nothingPasses_moveTheCursor() {
        server.append(40);
        server.add(0, "stop", Map.of("trace_id", List.of("none")));
        server.deploy();

        server.awaitRow("all are looked at", row -> row.next() == 40);

        assertThat(receiver.seen()).isEmpty();
    }

    /** Every batch fails a random number of times, in a random way. */
    @Test
    void deliveries_receiverFailsAtRandom_arriveInOrder() {
        Random random = new Random(7);
        receiver.answers(batch -> switch (random.nextInt(5)) {
            case 0 -> Future.failedFuture(DeliveryException.away("HTTP 503"));
            case 1 -> Future.failedFuture(DeliveryException.later("HTTP 429", Duration.ofMillis(1)));
            case 2 -> Future.failedFuture(new IllegalStateException("a defect"));
            case 3 -> throw new IllegalStateException("thrown");
            default -> Receiver.done();
        });
        receiver.limits(new Limits(10, 1 << 20, Duration.ZERO));
        server.append(200);
        server.add(0);
        server.deploy();

        server.awaitTaken(200);

        assertThat(receiver.taken()).isEqualTo(seqs(0, 200));
    }

    /** As a table that is too slow for a whole batch does. */
    @Test
    void part_ofEachBatch_movesTheCursorAndSendsOnlyTheRest() {
        server.append(250);
        receiver.answers(batch -> batch.events().size() < 3
                ? Receiver.done()
                : Future.succeededFuture(new Delivery.Part(2, "2 of them")));
        server.add(0);
        server.deploy();

        server.awaitRow("all are delivered", row -> row.next() == 250);

        List<Long> first = receiver.seen().stream()
                .map(batch -> batch.events().get(0).seq())
                .toList();
        assertThat(first)
                .isEqualTo(LongStream.range(0, 125).mapToObj(i -> 2 * i).toList());
        assertThat(server.row().error()).isNull();
        assertThat(server.acts).isEmpty();
    }

    /** The cursor was saved before the last deliveries. */
    @Test
    void resume_receiverHasMoreThanTheCursorSays_goesOnBehindThat() {
        server.append(300);
        UUID id = server.log.read(199, 1).await().get(0).event().eventId();
        receiver.resumesWith(() -> Future.succeededFuture(new LastDelivered(199, id)));
        server.add(120);
        server.deploy();

        server.awaitRow("all are delivered", row -> row.next() == 300);

        assertThat(receiver.taken()).isEqualTo(seqs(200, 300));
    }

    /** After a restore, the log has other events at the positions that the receiver has. */
    @Test
    void resume_receiverHasAnEventOfAnotherLog_goesOnAtTheCursor() {
        server.append(300);
        receiver.resumesWith(() -> Future.succeededFuture(new LastDelivered(199, new UUID(1, 2))));
        server.add(120);
        server.deploy();

        server.awaitRow("all are delivered", row -> row.next() == 300);

        assertThat(receiver.taken()).isEqualTo(seqs(120, 300));
    }

    /** A batch whose answer was lost is there, and is not sent again. */
    @Test
    void resume_afterAFailedDeliveryThatArrived_doesNotRepeatIt() {
        server.append(100);
        receiver.limits(new Limits(10, 1 << 20, Duration.ofMillis(5)));
        AtomicReference<LastDelivered> last = new AtomicReference<>();
        Random random = new Random(1);
        List<Long> arrived = new CopyOnWriteArrayList<>();
        receiver.resumesWith(() -> random.nextInt(3) == 0
                ? Future.failedFuture(DeliveryException.away("not now"))
                : Future.succeededFuture(last.get()));
        receiver.answers(batch -> {
            batch.events().forEach(event -> arrived.add(event.seq()));
            StoredEvent end = batch.events().get(batch.events().size() - 1);
            last.set(new LastDelivered(end.seq(), end.event().eventId()));
            return random.nextBoolean() ? Receiver.done() : Future.failedFuture(DeliveryException.away("lost"));
        });
        server.add(0);
        server.deploy();

        server.awaitRow("all are delivered", row -> row.next() == 100);

        assertThat(arrived).isEqualTo(seqs(0, 100));
    }

    /** Also when the log does not grow any more, and again after a failure. */
    @Test
    void checkpoint_signed_comesAfterTheEventsThatItCovers() {
        server.append(30);
        server.add(0);
        server.checkpoint = new SignedCheckpoint(40, "note");
        server.deploy();
        server.awaitTaken(30);

        server.append(10);
        WITHIN.until("it is given", () -> receiver.checkpoints().size() == 2);
        server.checkpoint = new SignedCheckpoint(35, "older");
        server.append(1);
        server.awaitTaken(41);
        server.checkpoint = new SignedCheckpoint(41, "newer");
        WITHIN.until("the newer one is given", () -> receiver.checkpoints().size() == 3);

        assertThat(receiver.checkpoints()).containsExactly("40 after 40", "40 after 40", "41 after 41");
    }

    /** It sends again what is there. */
    @Test
    void resume_ofAReplay_isNotAsked() {
        server.append(100);
        UUID id = server.log.read(99, 1).await().get(0).event().eventId();
        receiver.resumesWith(() -> Future.succeededFuture(new LastDelivered(99, id)));
        server.add(100);
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();
        server.deploy();

        server.awaitTaken(20);

        assertThat(receiver.taken()).isEqualTo(seqs(10, 30));
    }

    /** A crash then repeats what comes behind the part. */
    @Test
    void stop_partOfABatchIsTaken_savesTheCursorBehindIt() {
        server.append(10);
        Promise<Delivery> second = Promise.promise();
        receiver.answers(batch ->
                batch.from() == 0 ? Future.succeededFuture(new Delivery.Part(4, "4 of them")) : second.future());
        server.add(0);
        server.deploy();
        WITHIN.until("the rest is under way", () -> receiver.seen().size() == 2);

        second.fail(DeliveryException.away("closed"));
        server.undeploy();

        assertThat(server.row().next()).isEqualTo(4);
    }

    @Test
    void outage_long_isAnnouncedOnceAndItsEnd() {
        receiver.answers(batch -> Future.failedFuture(DeliveryException.away("HTTP 503")));
        server.append(3);
        server.add(0);
        server.deploy();

        server.awaitState(DestinationState.FAILING);
        assertThat(server.row().error()).isEqualTo("HTTP 503");
        int tries = receiver.seen().size();
        WITHIN.until("it is tried again", () -> receiver.seen().size() > tries + 3);
        receiver.answers(batch -> Receiver.done());
        server.awaitState(DestinationState.RUNNING);

        WITHIN.until("both are announced", () -> server.acts.size() == 2);
        assertThat(server.acts.get(0)).contains("destination.failing", ID, "HTTP 503", "\"status\":\"error\"");
        assertThat(server.acts.get(1)).contains("destination.recovered");
        assertThat(receiver.taken()).containsExactly(0L, 1L, 2L);
        assertThat(server.row().error()).isNull();
    }

    @Test
    void denied_threeTimes_stopsUntilAChange() {
        receiver.answers(batch -> Future.failedFuture(DeliveryException.denied("HTTP 401")));
        server.append(3);
        server.add(0);
        server.deploy();

        server.awaitState(DestinationState.STOPPED);
        assertThat(receiver.seen()).hasSize(3);
        receiver.answers(batch -> Receiver.done());
        server.store
                .define(ID, DefinitionText.of(server.definition("skip", Map.of())))
                .await();

        server.awaitTaken(3);
        server.awaitState(DestinationState.RUNNING);
    }

    @Test
    void refused_stop_findsTheEventAndStopsBeforeIt() {
        Set<Long> poison = Set.of(37L);
        receiver.answers(batch -> Receiver.refusing(batch, poison));
        server.append(80);
        server.add(0);
        server.deploy();

        server.awaitState(DestinationState.STOPPED);

        assertThat(receiver.taken()).isEqualTo(seqs(0, 37));
        assertThat(server.row().error()).isEqualTo("the event at position 37 is refused: too odd");
        server.awaitRow("the cursor is at the event", row -> row.next() == 37);
    }

    @Test
    void refused_skip_keepsThemAndDeliversAllOthersInOrder() {
        Set<Long> poison = new TreeSet<>(List.of(0L, 1L, 37L, 63L, 64L, 79L));
        receiver.answers(batch -> Receiver.refusing(batch, poison));
        server.append(80);
        server.add(0, "skip", Map.of());
        server.deploy();

        server.awaitRow("all are passed", row -> row.next() == 80);

        assertThat(receiver.taken())
                .isEqualTo(seqs(0, 80).stream()
                        .filter(seq -> !poison.contains(seq))
                        .toList());
        assertThat(server.store.refused(ID).await())
                .extracting(RefusedEvent::seq)
                .containsExactlyElementsOf(poison);
        assertThat(server.store.refused(ID).await())
                .extracting(RefusedEvent::reason)
                .containsOnly("too odd");
        assertThat(server.row().refused()).isEqualTo(6);
        assertThat(server.row().state()).isEqualTo(DestinationState.RUNNING);
    }

    /** As with a wrong secret that the receiver calls a bad request. */
    @Test
    void refused_skipButEveryEvent_stopsBeforeManyAreSkipped() {
        receiver.answers(batch -> Future.succeededFuture(new Delivery.Refused(Delivery.Refused.UNKNOWN, "HTTP 400")));
        server.append(300);
        server.add(0, "skip", Map.of());
        server.deploy();

        server.awaitState(DestinationState.STOPPED);

        assertThat(server.store.refused(ID).await()).hasSize(10);
        assertThat(server.row().error()).contains("set up wrongly", "position 10", "HTTP 400");
        server.undeploy();
        server.deploy();
        WITHIN.until("it has tried again", () -> receiver.seen().size() > 100 || server.running.has(ID));
        server.undeploy();
        assertThat(server.store.refused(ID).await()).as("another start").hasSize(10);
    }

    /** As when the secret changes later. */
    @Test
    void refused_skipButEveryEventFromSomePosition_stopsAfterAHundred() {
        receiver.answers(batch -> Receiver.refusing(batch, new TreeSet<>(seqs(50, 300))));
        server.append(300);
        server.add(0, "skip", Map.of());
        server.deploy();

        server.awaitState(DestinationState.STOPPED);

        assertThat(receiver.taken()).isEqualTo(seqs(0, 50));
        assertThat(server.store.refused(ID).await()).hasSize(100);
    }

    @Test
    void refused_indexIsKnown_needsThreeMoreDeliveries() {
        receiver.limits(new Limits(100, 1 << 20, Duration.ofSeconds(1)));
        receiver.answers(batch -> {
            List<Long> seqs = batch.events().stream().map(StoredEvent::seq).toList();
            return seqs.contains(40L)
                    ? Future.succeededFuture(new Delivery.Refused(seqs.indexOf(40L), "too odd"))
                    : Receiver.done();
        });
        server.append(80);
        server.add(0, "skip", Map.of());
        server.deploy();

        server.awaitRow("all are passed", row -> row.next() == 80);

        assertThat(receiver.seen().size()).isEqualTo(4);
        assertThat(receiver.taken()).hasSize(79).isSorted();
    }

    /** Who can write the database must not decide what a destination of the environment does. */
    @Test
    void environment_rowSaysOtherwise_isWhatTheEnvironmentSays() {
        Definition own = server.definitions.of(
                ID, "test:here", Map.of("color", "red"), Map.of(), Map.of(), "stop", "", Definition.Origin.ENVIRONMENT);
        server.rows = new RowDefinitions(Map.of(ID, own));
        server.append(5);
        Definition other = server.definitions.of(
                ID, "test:evil", Map.of(), Map.of(), Map.of(), "stop", "", Definition.Origin.ENVIRONMENT);
        server.store
                .add(StoredDestination.starting(ID, DefinitionText.of(other), 0, null))
                .await();
        server.deploy();

        server.awaitTaken(5);

        assertThat(receiver.urls()).containsOnly("test:here");
    }

    @Test
    void pause_underWay_deliversNothingMoreAndLosesNothing() {
        server.append(5);
        server.add(0);
        server.deploy();
        server.awaitTaken(5);

        server.store.steer(ID, DestinationState.PAUSED, OptionalLong.empty()).await();
        WITHIN.until("it is left", () -> !server.running.has(ID));
        server.append(7);
        assertThat(receiver.taken()).hasSize(5);
        server.store.steer(ID, DestinationState.RUNNING, OptionalLong.empty()).await();

        server.awaitTaken(12);
        assertThat(receiver.taken()).isEqualTo(seqs(0, 12));
    }

    @Test
    void cursor_beyondTheLog_isHeldUntilADecision() {
        server.append(5);
        server.add(50);
        server.deploy();

        server.awaitState(DestinationState.RESET);
        WITHIN.until("it is left", () -> !server.running.has(ID));
        assertThat(server.row().error()).contains("50", "ends at 5");
        server.append(100);
        assertThat(receiver.seen()).isEmpty();
        server.store.steer(ID, DestinationState.RUNNING, OptionalLong.of(3)).await();

        server.awaitTaken(102);
        assertThat(receiver.taken()).isEqualTo(seqs(3, 105));
    }

    /** Resumed when the log has grown, it would leave out the events that took the places of those delivered. */
    @Test
    void cursor_pausedAndBeyondTheLog_isHeldBeforeTheLogGrows() {
        server.append(5);
        server.add(50);
        server.store.steer(ID, DestinationState.PAUSED, OptionalLong.empty()).await();
        server.deploy();

        assertThat(server.row().state()).isEqualTo(DestinationState.RESET);
        assertThat(server.row().error()).contains("50", "ends at 5");
        assertThat(server.store
                        .steer(ID, DestinationState.RUNNING, OptionalLong.empty())
                        .await())
                .isFalse();
        WITHIN.until("it is announced", () -> server.acts.size() == 1);
    }

    @Test
    void replay_whileLiveDeliveryGoesOn_sendsTheRangeAndEnds() {
        server.append(60);
        server.add(60);
        server.deploy();
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();
        server.append(3);

        WITHIN.until("the replay is removed", () -> server.store.all().await().size() == 1);
        server.awaitTaken(23);

        List<Long> taken = receiver.taken();
        assertThat(taken.stream().filter(seq -> seq < 60)).isEqualTo(seqs(10, 30));
        assertThat(taken.stream().filter(seq -> seq >= 60)).isEqualTo(seqs(60, 63));
        WITHIN.until("it is announced", () -> server.acts.size() == 1);
        assertThat(server.acts.get(0)).contains("destination.replayed");
    }

    @Test
    void run_ofALiveDeliveryAndItsReplay_differs() {
        server.append(60);
        server.add(0);
        server.deploy();
        server.awaitTaken(60);
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();

        server.awaitTaken(80);

        assertThat(receiver.runs()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void run_afterAnAdministratorMovedTheCursor_differs() {
        server.append(60);
        server.add(0);
        server.deploy();
        server.awaitTaken(60);

        server.store.steer(ID, DestinationState.RUNNING, OptionalLong.of(0)).await();

        server.awaitTaken(120);
        assertThat(receiver.runs()).hasSize(2).doesNotHaveDuplicates();
    }

    /** A retry after something that nobody foresaw opens the destination anew, and is a retry all the same. */
    @Test
    void run_ofRetriesByOneOwner_isTheSame() {
        AtomicBoolean broken = new AtomicBoolean(true);
        receiver.answers(batch -> broken.getAndSet(false)
                ? Future.failedFuture(new IllegalStateException("unforeseen"))
                : Receiver.done());
        server.append(5);
        server.add(0);
        server.deploy();

        server.awaitTaken(5);

        assertThat(receiver.runs()).hasSize(2);
        assertThat(Set.copyOf(receiver.runs())).hasSize(1);
    }

    @Test
    void replay_skipsEvents_leavesThemWithTheDestination() {
        receiver.answers(batch -> Receiver.refusing(batch, Set.of(12L, 17L)));
        server.append(60);
        server.add(60, "skip", Map.of());
        server.deploy();
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();

        WITHIN.until("the replay is removed", () -> server.store.all().await().size() == 1);

        assertThat(server.store.refused(ID).await())
                .extracting(RefusedEvent::seq)
                .containsExactly(12L, 17L);
        assertThat(server.row().refused()).isEqualTo(2);
    }

    /** A destination is one; a replay must not wait for the end of a destination. */
    @Test
    void replay_asManyDestinationsAsAllowed_runs() {
        server.append(60);
        server.add(60);
        server.deploy(1);
        WITHIN.until("it is owned", () -> server.running.has(ID));
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();

        server.awaitTaken(20);

        assertThat(receiver.taken()).isEqualTo(seqs(10, 30));
    }

    @Test
    void pause_replayUnderWay_pausesItToo() {
        receiver.answers(batch -> Future.failedFuture(DeliveryException.away("HTTP 503")));
        server.append(60);
        server.add(60);
        server.store
                .add(StoredDestination.starting(ID + "~replay", "", 10, new StoredDestination.Replay(ID, 30)))
                .await();
        server.deploy();
        WITHIN.until("it is under way", () -> server.running.has(ID + "~replay"));

        server.store.steer(ID, DestinationState.PAUSED, OptionalLong.empty()).await();

        WITHIN.until("both are left", () -> server.running.all().isEmpty());
        receiver.answers(batch -> Receiver.done());
        server.store.steer(ID, DestinationState.RUNNING, OptionalLong.empty()).await();
        server.awaitTaken(20);
    }

    @Test
    void lag_cannotBeOpened_isTheAgeOfWhatItLacks() {
        Definition wrong = server.definitions.of(
                ID, "test:here", Map.of("color", "none"), Map.of(), Map.of(), "stop", "", Definition.Origin.COMMAND);
        server.append(5);
        server.store
                .add(StoredDestination.starting(ID, DefinitionText.of(wrong), 0, null))
                .await();
        server.deploy();

        server.awaitState(DestinationState.STOPPED);

        WITHIN.until(
                "the lag is shown", () -> server.running.of(ID).orElseThrow().lagSeconds() > 0);
    }

    /** What was delivered without an answer is not behind, nor is what the filters leave out. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lag_nothingIsLeftToDeliver_ends(boolean hasAll) {
        server.append(5);
        UUID id = server.log.read(4, 1).await().get(0).event().eventId();
        AtomicBoolean isThere = new AtomicBoolean();
        receiver.resumesWith(() -> isThere.get()
                ? Future.succeededFuture(hasAll ? new LastDelivered(4, id) : null)
                : Future.failedFuture(DeliveryException.away("not yet")));
        server.add(0, "stop", hasAll ? Map.of() : Map.of("trace_id", List.of("of none")));
        server.deploy();
        WITHIN.until("the lag is shown", () -> level("sentinel.forward.lag") > 0);

        isThere.set(true);

        server.awaitRow("all are passed", row -> row.next() == 5);
        WITHIN.until("nothing is behind", () -> level("sentinel.forward.lag") == 0);
        assertThat(receiver.seen()).isEmpty();
    }

    /** A part of a batch that it cannot have taken, as well as an exception. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deliver_answerMakesNoSense_opensTheDestinationAnew(boolean throwing) {
        server.append(5);
        receiver.answers(batch -> {
            receiver.answers(all -> Receiver.done());
            if (throwing) {
                throw new IllegalStateException("broken");
            }
            return Future.succeededFuture(new Delivery.Part(5, "more than a part"));
        });
        server.add(0);
        server.deploy();

        server.awaitRow("all are delivered", row -> row.next() == 5);

        assertThat(receiver.taken()).isEqualTo(seqs(0, 5));
        assertThat(receiver.opened()).isEqualTo(2);
    }

    /** Otherwise nobody would see that it was forgotten. */
    @Test
    void pause_shownByItsMeters_untilItIsResumed() {
        server.append(5);
        server.add(0);
        server.store.steer(ID, DestinationState.PAUSED, OptionalLong.empty()).await();
        server.deploy();

        WITHIN.until("its lag has an age", () -> level("sentinel.forward.lag") > 0);
        assertThat(level("sentinel.forward.lag.events")).isEqualTo(5);
        assertThat(level("sentinel.forward.state", "state", "paused")).isOne();
        server.store.steer(ID, DestinationState.RUNNING, OptionalLong.empty()).await();

        server.awaitTaken(5);
        WITHIN.until("nothing is behind", () -> level("sentinel.forward.lag.events") == 0);
        assertThat(level("sentinel.forward.state", "state", "paused")).isZero();
        assertThat(level("sentinel.forward.state", "state", "running")).isOne();
        server.store.remove(ID).await();
        WITHIN.until(
                "its meters are gone",
                () -> server.registry.find("sentinel.forward.state").gauges().isEmpty());
    }

    private double level(String name, String... tags) {
        Gauge gauge = server.registry.find(name).tags(tags).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }

    @Test
    void stop_deliveryUnderWay_awaitsItAndSavesTheCursor() {
        Promise<Delivery> slow = Promise.promise();
        receiver.answers(batch -> slow.future());
        server.append(5);
        server.add(0);
        server.deploy();
        WITHIN.until("it is delivering", () -> !receiver.seen().isEmpty());

        server.vertx.setTimer(50, late -> slow.complete(new Delivery.Done("late")));
        server.undeploy();

        assertThat(server.row().next()).isEqualTo(5);
        assertThat(server.row().owner()).as("released").isNull();
    }

    /** What the store says when the server is killed is all that its successor knows. */
    @Test
    void restart_anyTime_repeatsOnlyWhatWasNotSaved() {
        server.append(400);
        server.add(0);
        receiver.limits(new Limits(20, 1 << 20, Duration.ZERO));
        server.deploy();
        server.awaitTaken(100);
        server.close();

        server = server();
        server.deploy();

        server.awaitTaken(400);
        assertThat(receiver.taken()).isEqualTo(seqs(0, 400));
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
