package dev.sentinel.audit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.store.Events;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events committed by one server reach the listeners of another, once and in order, whichever server is the leader. */
@Timeout(60)
final class FanOutTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String url = server.newSchema();
    private final Events events = new Events(21);

    /** Reads the events it is notified of, like a live stream. */
    private static final class Tail {
        private final OpenStore store;
        private final BlockingQueue<Long> notified = new LinkedBlockingQueue<>();
        private final List<StoredEvent> seen = new ArrayList<>();
        private final long from;

        Tail(OpenStore store, long from) {
            this.store = store;
            this.from = from;
            store.store().onSequenced(notified::add);
            // Events from before the first listener are read, not notified.
            notified.add(Long.MAX_VALUE);
        }

        long next() {
            return from + seen.size();
        }

        /** Reads everything below this position, but nothing that it was not notified of. */
        void readUntil(long position) throws InterruptedException {
            while (next() < position) {
                Long until = notified.poll(20, TimeUnit.SECONDS);
                assertThat(until)
                        .as("notified of position " + position + ", has " + next())
                        .isNotNull();
                List<StoredEvent> page;
                do {
                    page = page();
                    seen.addAll(page);
                } while (!page.isEmpty() && next() < until);
            }
        }

        private List<StoredEvent> page() {
            while (true) {
                try {
                    return OpenStore.await(store.store().read(next(), 7));
                } catch (Failure again) {
                    // Its connection was cut.
                }
            }
        }
    }

    @Test
    void append_toOneServer_notifiesTheOther() throws Exception {
        try (OpenStore one = OpenStore.at(url);
                OpenStore two = OpenStore.at(url)) {
            Tail atOne = new Tail(one, 0);
            Tail atTwo = new Tail(two, 0);
            List<AuditEvent> sent = new ArrayList<>(events.next(20));
            one.append(sent.subList(0, 20));
            List<AuditEvent> more = events.next(20);
            two.append(more);
            sent.addAll(more);

            atOne.readUntil(40);
            atTwo.readUntil(40);

            assertThat(atOne.seen).extracting(StoredEvent::event).isEqualTo(sent);
            assertThat(atTwo.seen).isEqualTo(atOne.seen);
        }
    }

    @Test
    void tails_whileLeadersChange_seeEachEventOnceAndInOrder() throws Exception {
        try (OpenStore one = OpenStore.at(url);
                OpenStore two = OpenStore.at(url);
                OtherWriter slow = new OtherWriter(server, url)) {
            List<Tail> tails = new ArrayList<>(List.of(new Tail(one, 0), new Tail(two, 0)));
            Set<UUID> sent = new HashSet<>();
            long stored = 0;
            for (int round = 0; round < 12; round++) {
                // A transaction that ends after others, or never, makes arrivals visible out of order.
                slow.insert(2);
                for (OpenStore store : List.of(one, two, one)) {
                    List<AuditEvent> batch = events.next(1 + round % 4);
                    batch.forEach(event -> sent.add(event.eventId()));
                    append(store, batch);
                    stored += batch.size();
                }
                if (round % 2 == 0) {
                    slow.commit();
                    stored += 2;
                } else {
                    slow.rollback();
                }
                if (round % 4 == 3) {
                    cutLeader();
                    tails.add(new Tail(round % 8 == 3 ? two : one, stored / 2));
                }
            }
            for (Tail tail : tails) {
                tail.readUntil(stored);
            }

            List<StoredEvent> log = tails.get(0).seen;
            assertThat(log)
                    .extracting(StoredEvent::seq)
                    .containsExactlyElementsOf(
                            LongStream.range(0, stored).boxed().toList());
            assertThat(log)
                    .extracting(event -> event.event().eventId())
                    .doesNotHaveDuplicates()
                    .containsAll(sent);
            for (Tail tail : tails) {
                assertThat(tail.seen).isEqualTo(log.subList((int) tail.from, log.size()));
            }
            assertThat(Totals.differences(server, url)).isEmpty();
        }
    }

    /** Appends, and retries after a failure. */
    private static void append(OpenStore store, List<AuditEvent> batch) {
        while (true) {
            try {
                store.append(batch);
                return;
            } catch (Failure again) {
                // Its connection was cut.
            }
        }
    }

    /** Ends the leader's session; either server may become the next leader. */
    private void cutLeader() throws Exception {
        String schema = url.substring(url.lastIndexOf('=') + 1);
        String cut =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_locks, LATERAL (SELECT hashtextextended('" + schema
                        + ".sentinel.sequencer', 0) AS key) k WHERE locktype = 'advisory' AND granted AND objsubid = 1"
                        + " AND (classid::bigint << 32) | objid::bigint = key";
        OpenStore.WITHIN.until("there is a leader", () -> "1".equals(server.query(url, cut)));
    }
}
