package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.bus.Address;
import dev.sentinel.audit.failure.OutageLog;
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
 * The only thread that writes the index. Deployed as a worker with a pool of one. It indexes everything in the backlog
 * in one transaction and repeats until the backlog is empty, so batches grow with the load. A small batch waits a
 * moment for more events, unless a query waits for it.
 *
 * <p>A failure loses nothing: the events stay in the backlog and are retried. A growing backlog slows and then stops
 * appends.
 */
final class IndexWriterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IndexWriterVerticle.class);
    private static final int MAX_BATCH = 10_000;

    /** A batch of this size takes a tenth to a fifth longer for each event than one of the largest. */
    private static final int MIN_MAX_BATCH = 2_500;

    /** What a commit should take: queries wait for it. With scattered times, it writes many pages for each event. */
    private static final long COMMIT_NANOS = 50_000_000;

    /**
     * Every batch writes pages of every table, whether it adds one entry to each or a hundred. So a smaller batch waits
     * a little for more events, unless a query waits for it.
     */
    private static final int MIN_BATCH = 20_000;

    private static final Duration LINGER = Duration.ofMillis(500);

    private static final long RETRY_MS = 1_000;

    private final Address<Wake, Void> address;
    private final Path file;
    private final RecentIds recentIds;
    private final IndexBacklog backlog;
    private final Clock clock;
    private final OutageLog outage = OutageLog.error(
            LOG,
            "index write failed reason=\"{}\" effect=\"queries miss new events\" retry={}ms",
            "index writes work again");

    /** Events are written nevertheless, so the end of one outage is not that of the other. */
    private final OutageLog tidyUpOutage = OutageLog.error(
            LOG, "index not tidied up reason=\"{}\" effect=\"queries get slower\" retry={}ms", "index tidied up again");

    private @Nullable EventIndex index;
    private @Nullable MessageConsumer<Wake> consumer;
    private int maxBatch = MIN_MAX_BATCH;
    private boolean damaged;
    private boolean tidyUpQueued;
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
        tidyUpWhenIdle();
        return consumer.completion();
    }

    /**
     * Indexes what is left and closes the file. Runs after all tasks that are queued for this verticle: they would fail
     * with an exception when its thread ends (Vert.x 5.0.10).
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
        } catch (SQLException | RuntimeException e) {
            LOG.warn("ids not written reason=\"{}\" effect=\"the next start reads them from the log\"", reason(e));
        }
    }

    private void wake(Wake wake) {
        if (wake == Wake.DAMAGE) {
            markForRebuild();
        }
        indexNext();
    }

    /** Runs once. The next start rebuilds the index; no event is lost. */
    private void markForRebuild() {
        if (damaged) {
            return;
        }
        damaged = true;
        LOG.error(
                "index damaged file={} effect=\"queries fail or miss events\" fix=\"restart the server to rebuild it\"",
                file);
        try {
            open().markForRebuild();
        } catch (SQLException | RuntimeException e) {
            LOG.error("damaged index not marked file={} fix=\"delete it and restart the server\"", file, e);
        }
    }

    /** One batch per task, so that other tasks of this verticle run under steady load too. */
    private void indexNext() {
        if (!stopping && indexBatch()) {
            context.runOnContext(next -> indexNext());
        } else {
            tidyUpWhenIdle();
        }
    }

    /** One part per task, so that new events are indexed in between. */
    private void tidyUpWhenIdle() {
        if (!tidyUpQueued && !stopping && index != null) {
            tidyUpQueued = true;
            context.runOnContext(next -> {
                tidyUpQueued = false;
                tidyUp();
            });
        }
    }

    private void tidyUp() {
        if (index == null) {
            return;
        }
        try {
            boolean more = index.tidyUp();
            tidiedUp();
            if (more) {
                tidyUpWhenIdle();
            }
        } catch (SQLException | RuntimeException e) {
            failed(tidyUpOutage, e);
        }
    }

    private void tidiedUp() {
        backlog.indexFailing(false);
        tidyUpOutage.succeeded();
    }

    /** Returns false if there was nothing to do or the write failed. */
    private boolean indexBatch() {
        List<IndexEntry> batch;
        EventIndex writer;
        try {
            writer = open();
            batch = nextBatch();
            if (!batch.isEmpty()) {
                long started = System.nanoTime();
                writer.add(batch);
                adaptMaxBatch(batch.size(), System.nanoTime() - started);
                backlog.indexed(batch.get(batch.size() - 1).seq() + 1);
            }
            outage.succeeded();
        } catch (SQLException | RuntimeException e) {
            failed(outage, e);
            return false;
        }
        if (batch.isEmpty()) {
            // Nothing was written. If the last failure was that of tidying up, the next time shows whether it is over.
            backlog.indexFailing(tidyUpOutage.isFailing());
            return false;
        }
        return keepUp(writer, batch.size());
    }

    private boolean keepUp(EventIndex writer, int added) {
        try {
            writer.keepUp(added);
            tidiedUp();
            return true;
        } catch (SQLException | RuntimeException e) {
            failed(tidyUpOutage, e);
            return false;
        }
    }

    private void adaptMaxBatch(int events, long nanos) {
        if (nanos > 2 * COMMIT_NANOS) {
            maxBatch = Math.max(MIN_MAX_BATCH, maxBatch / 2);
        } else if (events == maxBatch && nanos < COMMIT_NANOS) {
            maxBatch = Math.min(MAX_BATCH, maxBatch + maxBatch / 4);
        }
    }

    private List<IndexEntry> nextBatch() {
        try {
            backlog.awaitBatch(MIN_BATCH, LINGER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return backlog.next(maxBatch);
    }

    private EventIndex open() throws SQLException {
        if (index == null) {
            index = IndexFile.reopen(file, recentIds, clock);
            // A commit that was reported as failed may have happened.
            backlog.indexed(Math.max(backlog.indexed(), index.nextSeq()));
        }
        if (damaged) {
            index.stopMerging();
        }
        return index;
    }

    private void failed(OutageLog of, Exception cause) {
        backlog.indexFailing(true);
        of.failed(reason(cause), RETRY_MS, cause);
        if (IndexFile.isDamage(cause)) {
            markForRebuild();
        }
        close();
        if (!stopping) {
            vertx.setTimer(RETRY_MS, timer -> indexNext());
        }
    }

    private static String reason(Exception cause) {
        return cause instanceof SQLException sql ? Sqlite.reason(sql) : cause.toString();
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
