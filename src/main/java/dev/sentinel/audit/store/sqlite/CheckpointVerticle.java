package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.failure.OutageLog;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints the log every second if it has grown, on its own worker thread, in parallel to the commits. */
final class CheckpointVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointVerticle.class);
    private static final long INTERVAL_MS = 1_000;

    private final Checkpointer checkpointer;
    private final IndexBacklog backlog;
    private final OutageLog outage = OutageLog.warn(
            LOG,
            "checkpoint failed reason=\"{}\" effect=\"the write-ahead log grows\" retry=1s",
            "checkpoints work again");
    private long checkpointed;

    CheckpointVerticle(Checkpointer checkpointer, IndexBacklog backlog) {
        this.checkpointer = checkpointer;
        this.backlog = backlog;
        this.checkpointed = backlog.committed();
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(INTERVAL_MS, timer -> checkpoint("PASSIVE"));
        return Future.succeededFuture();
    }

    /** Truncates the write-ahead log, so that one file remains. */
    @Override
    public Future<?> stop() throws SQLException {
        checkpointed = -1;
        checkpoint("TRUNCATE");
        checkpointer.close();
        return Future.succeededFuture();
    }

    private void checkpoint(String mode) {
        long committed = backlog.committed();
        if (committed == checkpointed) {
            return;
        }
        try {
            checkpointer.run(mode);
            checkpointed = committed;
            outage.succeeded();
        } catch (SQLException e) {
            outage.failed(Sqlite.reason(e));
        }
    }
}
