package dev.sentinel.audit.store.sqlite;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints the log beside the commits, on a worker thread of its own, while there is something new. */
final class CheckpointVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointVerticle.class);
    private static final long INTERVAL_MS = 1_000;

    private final Checkpointer checkpointer;
    private final IndexBacklog backlog;
    private long checkpointed;
    private boolean failing;

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

    /** Leaves one file behind, not two. */
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
            failing = false;
        } catch (SQLException e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "checkpoint failed reason=\"{}\" consequence=write-ahead-log-grows retry=every-second",
                        Sqlite.reason(e));
            }
        }
    }
}
