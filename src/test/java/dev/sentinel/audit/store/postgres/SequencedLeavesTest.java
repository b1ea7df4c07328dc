package dev.sentinel.audit.store.postgres;

import static dev.sentinel.audit.store.postgres.OpenStore.WITHIN;
import static dev.sentinel.audit.store.postgres.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.LeafHash;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.Events;
import dev.sentinel.audit.store.LeafFeed;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A hash that is handed on is that of the event at its position: the tree is made of it, and signed. */
final class SequencedLeavesTest {
    private static final int EVENTS = 6_000;

    private final Random random = new Random(11);
    private final String url = PostgresServer.shared().newSchema();

    /** With retries, which leave gaps, and appends of another server in between. */
    @Test
    void recent_afterAppendsOfTwoServers_isTheHashOfTheStoredEvent() throws Exception {
        try (OpenStore store = OpenStore.at(url);
                OpenStore other = OpenStore.at(url)) {
            Events events = new Events(5);
            List<AuditEvent> sent = new ArrayList<>();
            List<Future<List<Outcome>>> appends = new ArrayList<>();
            while (sent.size() < EVENTS) {
                List<AuditEvent> batch = new ArrayList<>(events.next(1 + random.nextInt(300)));
                sent.addAll(batch);
                if (random.nextInt(4) == 0) {
                    batch.add(sent.get(random.nextInt(sent.size())));
                }
                appends.add((random.nextInt(8) == 0 ? other : store).store().append(batch));
                // No more than may wait for the connections of one server.
                if (appends.size() > 4) {
                    await(appends.remove(0));
                }
            }
            await(Future.join(appends));
            WITHIN.until("all have positions", () -> store.store().end() == sent.size());

            List<StoredEvent> log = store.log();
            assertThat(log).hasSize(sent.size());
            assertThat(differences(store.store(), log)).isEmpty();
            assertThat(handedOn(store.store(), log))
                    .as("of the server that sequences")
                    .isGreaterThan(EVENTS / 4);
            assertThat(differences(other.store(), log)).isEmpty();
        }
    }

    @Test
    void recent_ofOneServer_hasAllOfThem() throws Exception {
        try (OpenStore store = OpenStore.at(url)) {
            Events events = new Events(6);
            for (int i = 0; i < 20; i++) {
                await(store.store().append(events.next(150)));
            }
            WITHIN.until("all have positions", () -> store.store().end() == 3_000);

            assertThat(store.store().recent(0, 10_000)).hasSize(3_000 * LeafHash.BYTES);
            assertThat(differences(store.store(), store.log())).isEmpty();
        }
    }

    /** Positions of a database that was rolled back are those of other events. */
    @Test
    void end_any_forgetsEverything() {
        SequencedLeaves leaves = new SequencedLeaves();
        leaves.begin();
        leaves.appended(new long[] {1, 0}, List.of(hash(1), hash(2)));
        leaves.sequenced(0, 2, 0);
        leaves.appended(new long[] {5}, List.of(hash(3)));
        leaves.end();
        leaves.begin();
        leaves.sequenced(5, 1, 2);

        assertThat(leaves.recent(0, 3)).isEmpty();
        assertThat(leaves.recent(2, 1)).isEmpty();
    }

    @Test
    void appended_afterTheirPosition_isHandedOn() {
        SequencedLeaves leaves = new SequencedLeaves();
        leaves.begin();
        leaves.sequenced(10, 3, 4);
        leaves.appended(new long[] {12, 11}, List.of(hash(1), hash(2)));

        assertThat(leaves.recent(4, 10)).isEmpty();
        assertThat(leaves.recent(5, 10)).startsWith(hash(1).bytes()).hasSize(2 * LeafHash.BYTES);
        assertThat(leaves.recent(6, 10)).isEqualTo(hash(2).bytes());
    }

    @Test
    void server_thatDoesNotSequence_keepsNothing() {
        SequencedLeaves leaves = new SequencedLeaves();
        leaves.appended(new long[] {0}, List.of(hash(1)));
        leaves.begin();
        leaves.sequenced(0, 1, 0);

        assertThat(leaves.recent(0, 1)).isEmpty();
    }

    private static LeafHash hash(int value) {
        byte[] bytes = new byte[LeafHash.BYTES];
        bytes[0] = (byte) value;
        return LeafHash.of(bytes);
    }

    /** The positions at which something else is handed on than the hash of the event. */
    private static List<Long> differences(LeafFeed feed, List<StoredEvent> log) {
        Leaf leaf = new Leaf();
        return LongStream.range(0, log.size())
                .filter(seq -> {
                    byte[] found = feed.recent(seq, 1);
                    return found.length > 0 && !LeafHash.of(found).equals(leaf.hash(log.get((int) seq)));
                })
                .boxed()
                .toList();
    }

    private static long handedOn(LeafFeed feed, List<StoredEvent> log) {
        return IntStream.range(0, log.size())
                .filter(seq -> feed.recent(seq, 1).length > 0)
                .count();
    }
}
