package dev.sentinel.audit.store;

import dev.sentinel.audit.event.StoredEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** A log that asks another one; tests override what they bend. */
public abstract class ForwardingLog implements LogReader {
    private final LogReader log;

    protected ForwardingLog(LogReader log) {
        this.log = log;
    }

    @Override
    public Future<List<StoredEvent>> read(long fromSeq, int limit) {
        return log.read(fromSeq, limit);
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public OptionalLong sizeCovering(long snapshotBound) {
        return log.sizeCovering(snapshotBound);
    }

    @Override
    public void onSequenced(LongConsumer listener) {
        log.onSequenced(listener);
    }
}
