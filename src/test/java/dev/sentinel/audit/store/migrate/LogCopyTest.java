package dev.sentinel.audit.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Seals;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.Events;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogCopyTest {
    private final List<StoredEvent> log = events(1, 25);
    private final Target target = new Target();

    @Test
    void run_emptyTarget_holdsTheSameEventsAndIsFinished() {
        Verdict verdict = run();

        assertThat(target.events).isEqualTo(log);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Verified.class, verified -> {
            assertThat(verified.events()).isEqualTo(25);
            assertThat(verified.agents()).isEqualTo(5);
            assertThat(target.digest).isEqualTo(verified.digest());
        });
    }

    @Test
    void run_afterAnInterruption_writesOnlyWhatIsMissing() {
        target.begun = true;
        target.events.addAll(log.subList(0, 13));

        assertThat(run()).isInstanceOf(Verdict.Verified.class);
        assertThat(target.events).isEqualTo(log);
        assertThat(target.firstWritten).isEqualTo(13);
    }

    @Test
    void run_emptyLog_isVerified() {
        log.clear();

        assertThat(run())
                .isInstanceOfSatisfying(
                        Verdict.Verified.class,
                        verified -> assertThat(verified.events()).isZero());
    }

    @Test
    void plan_eventsThatNoMigrationWrote_areRefused() {
        target.events.addAll(log.subList(0, 13));

        assertRefused("events that were not migrated from this log");
    }

    @Test
    void plan_moreEventsThanTheLog_areRefused() {
        target.begun = true;
        target.events.addAll(log);
        log.remove(24);

        assertRefused("25 events, but this log has only 24");
    }

    @Test
    void plan_anotherLastEvent_isRefused() {
        target.begun = true;
        target.events.addAll(events(2, 13));

        assertRefused("a different event at position 12");
    }

    @Test
    void run_eventThatDiffers_isNamed_andTheCopyIsNotFinished() {
        target.begun = true;
        target.events.addAll(log.subList(0, 13));
        StoredEvent third = log.get(3);
        AuditEvent forged =
                third.event().toBuilder().submittedBy("somebody else").build();
        target.events.set(3, new StoredEvent(3, third.receivedAt(), forged, Seals.ANY));

        assertThat(run())
                .isInstanceOfSatisfying(
                        Verdict.Mismatch.class,
                        mismatch -> assertThat(mismatch.what())
                                .contains("seq=3 ", third.event().eventId().toString(), "differs"));
        assertThat(target.digest).isNull();
    }

    @Test
    void run_totalsThatDiffer_areAMismatch() {
        target.countedTwice = log.get(7).event();

        assertThat(run()).isInstanceOf(Verdict.Mismatch.class);
        assertThat(target.digest).isNull();
    }

    @Test
    void run_keys_areAdoptedBeforeTheTargetMayBeUsed() {
        List<Boolean> finished = new ArrayList<>();
        LogCopy copy = new LogCopy(new Source(), target, plan -> finished.add(target.digest != null), new NoProgress());

        copy.run(copy.plan());

        assertThat(finished).containsExactly(false);
    }

    private Verdict run() {
        LogCopy copy = new LogCopy(new Source(), target, plan -> {}, new NoProgress());
        return copy.run(copy.plan());
    }

    private void assertRefused(String reason) {
        List<StoredEvent> before = List.copyOf(target.events);
        assertThatThrownBy(this::run)
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("the target holds other data", reason);
        assertThat(target.events).isEqualTo(before);
    }

    private static List<StoredEvent> events(long seed, int count) {
        Events events = new Events(seed);
        List<StoredEvent> stored = new ArrayList<>();
        for (int seq = 0; seq < count; seq++) {
            stored.add(new StoredEvent(seq, Events.START.plusSeconds(seq), events.next(), Seals.ANY));
        }
        return stored;
    }

    /** Returns four events at a time. */
    private final class Source implements LogSource {
        @Override
        public int number() {
            return 3;
        }

        @Override
        public String logId() {
            return "log";
        }

        @Override
        public long end() {
            return log.size();
        }

        @Override
        public long agents() {
            return 0;
        }

        @Override
        public List<StoredEvent> read(long from, long to) {
            return log.subList((int) from, (int) Math.min(from + 4, to));
        }

        @Override
        public void close() {}
    }

    private static final class Target implements LogTarget {
        private final List<StoredEvent> events = new ArrayList<>();
        private boolean begun;
        private long firstWritten = -1;
        private @Nullable AuditEvent countedTwice;
        private @Nullable String digest;

        @Override
        public Held held(String logId) {
            return events.isEmpty()
                    ? new Held(begun, digest != null, 0, null)
                    : new Held(
                            begun,
                            digest != null,
                            events.size(),
                            events.get(events.size() - 1).event().eventId());
        }

        @Override
        public void begin(String logId) {
            begun = true;
        }

        @Override
        public Future<Void> append(List<StoredEvent> slice) {
            firstWritten = firstWritten < 0 ? slice.get(0).seq() : firstWritten;
            events.addAll(slice);
            return Future.succeededFuture();
        }

        @Override
        public void deriveQueryData() {}

        @Override
        public Future<List<StoredEvent>> read(long from, long to) {
            return Future.succeededFuture(events.subList((int) from, (int) to));
        }

        @Override
        public void agents(ObjLongConsumer<String> each) {
            events.stream()
                    .map(StoredEvent::event)
                    .collect(Collectors.groupingBy(
                            AuditEvent::agentInstanceId,
                            Collectors.summingLong(event -> event.equals(countedTwice) ? 2 : 1)))
                    .forEach(each::accept);
        }

        @Override
        public void finish(String logId, long count, String verifiedDigest, int number) {
            assertThat(number).isEqualTo(3);
            digest = verifiedDigest;
        }

        @Override
        public void close() {}
    }
}
