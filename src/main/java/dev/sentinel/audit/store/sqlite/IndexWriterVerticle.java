package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the index. Deployed as a worker with a pool of one. Takes all there is, one transaction,
 * and again until nothing is left: batches follow the load. A small batch waits a moment for more events, but not while
 * a query waits for it.
 *
 * <p>A failure loses nothing: the events stay in the backlog, which slows and then stops appends, and are tried again.
 */
final class IndexWriterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IndexWriterVerticle.class);
    private static final int MAX_BATCH = 10_000;

    /**
     * Every batch writes pages of every table, whether it adds one entry to each or a hundred; so small batches wait a
     * little for more, unless somebody waits for them.
     */
    private static final int WORTHWHILE_BATCH = 20_000;

    private static final Duration LINGER = Duration.ofMillis(500);

    private static final long RETRY_MS = 1_000;

    private final Address<Wake, Void> address;
    private final Path file;
    private final RecentIds recentIds;
    private final IndexBacklog backlog;
    private final Clock clock;
    private @Nullable EventIndex index;
    private @Nullable MessageConsumer<Wake> consumer;
    private boolean damaged;
    private boolean stopping;

    IndexWriterVerticle(
            Address<Wake, Void> address,
            Path file,
            EventIndex index,
            RecentIds recentIds,
            IndexBacklog backlog,
            Clock clock) {
        this.address = address;
        this.file = file;
        this.index = index;
        this.recentIds = recentIds;
        this.backlog = backlog;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        consumer = address.listen(vertx.eventBus(), this::wake);
        return consumer.completion();
    }

    /**
     * Indexes what is left and closes the file. Behind all that waits for this verticle: the end of its thread would
     * come as an exception to the next of them (Vert.x 5.0.10).
     */
    @Override
    public Future<?> stop() {
        stopping = true;
        Promise<Void> stopped = Promise.promise();
        consumer.unregister()
                .onComplete(unregistered -> context.runOnContext(last -> {
                    boolean more = indexBatch();
                    while (more) {
                        more = indexBatch();
                    }
                    flush();
                    close();
                    stopped.complete();
                }));
        return stopped.future();
    }

    private void flush() {
        try {
            open().flush();
        } catch (SQLException e) {
            LOG.warn("ids not written reason=\"{}\" consequence=next-start-reads-them-from-the-log", Sqlite.reason(e));
        }
    }

    private void wake(Wake wake) {
        if (wake == Wake.DAMAGE) {
            distrust();
        }
        indexNext();
    }

    /** Once: it costs the next start a rebuild, and no event. */
    private void distrust() {
        if (damaged) {
            return;
        }
        damaged = true;
        LOG.error(
                "index damaged file={} consequence=queries-fail-or-miss-events cure=restart-rebuilds-it-from-the-log",
                file);
        try {
            open().distrust();
        } catch (SQLException e) {
            LOG.error("the damaged index cannot be marked cure=delete-it-and-restart file={}", file, e);
        }
    }

    /** One batch a task, so that under steady load other tasks of this verticle have their turn. */
    private void indexNext() {
        if (!stopping && indexBatch()) {
            context.runOnContext(next -> indexNext());
        }
    }

    /** Returns false when there is nothing to do, or it failed. */
    private boolean indexBatch() {
        try {
            EventIndex writer = open();
            List<IndexEntry> batch = nextBatch();
            if (!batch.isEmpty()) {
                writer.add(batch);
                backlog.indexed(batch.get(batch.size() - 1).seq() + 1);
            }
            if (backlog.indexFailing()) {
                backlog.indexFailing(false);
                LOG.info("index writes work again");
            }
            return !batch.isEmpty();
        } catch (SQLException e) {
            failed(e);
            return false;
        }
    }

    private List<IndexEntry> nextBatch() {
        try {
            backlog.awaitBatch(WORTHWHILE_BATCH, LINGER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return backlog.next(MAX_BATCH);
    }

    private EventIndex open() throws SQLException {
        if (index == null) {
            index = IndexFile.reopen(file, recentIds, clock);
            // A commit may have happened although it failed for us.
            backlog.indexed(Math.max(backlog.indexed(), index.nextSeq()));
        }
        return index;
    }

    private void failed(SQLException cause) {
        if (!backlog.indexFailing()) {
            backlog.indexFailing(true);
            LOG.error(
                    "index write failed reason=\"{}\" consequence=new-events-not-visible retry={}ms",
                    Sqlite.reason(cause),
                    RETRY_MS,
                    cause);
        }
        if (Sqlite.isDamage(cause)) {
            distrust();
        }
        close();
        if (!stopping) {
            vertx.setTimer(RETRY_MS, timer -> indexNext());
        }
    }

    private void close() {
        if (index != null) {
            try {
                index.close();
            } catch (SQLException e) {
                LOG.debug("close failed", e);
            }
            index = null;
        }
    }
}
