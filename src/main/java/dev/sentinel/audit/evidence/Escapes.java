package dev.sentinel.audit.evidence;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.OutageLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings checkpoints to where the administrator of the server cannot change them: into the process's log, which is
 * usually collected elsewhere, to the end of a file, which may be on another machine, and to another server. Nothing
 * waits for the file and the server. Confined to one context.
 */
final class Escapes {
    private static final Logger LOG = LoggerFactory.getLogger(Escapes.class);

    /** Under which pasted notes are recognized. */
    static final String LINE_PREFIX = "sentinel-checkpoint:";

    /** How long a stop waits for the last checkpoint. */
    private static final Duration LAST = Duration.ofSeconds(3);

    private final Duration interval;
    private final List<Outlet> outlets = new ArrayList<>();
    private Instant escapedAt = Instant.MIN;
    private long escapedSize = -1;

    /**
     * @param file null for none
     * @param webhook null for none
     */
    Escapes(Vertx vertx, Duration interval, @Nullable Path file, @Nullable URI webhook) {
        this.interval = interval;
        if (file != null) {
            CheckpointFile appended = new CheckpointFile(vertx, file);
            outlets.add(new Outlet(
                    vertx,
                    file.toString(),
                    appended::append,
                    appended::close,
                    OutageLog.error(
                            LOG,
                            "checkpoint not appended file={} reason=\"{}\" effect=\"it is only in this log\"",
                            "checkpoints appended again")));
        }
        if (webhook != null) {
            CheckpointWebhook posted = new CheckpointWebhook(vertx, webhook);
            outlets.add(new Outlet(
                    vertx,
                    webhook.getHost(),
                    posted::post,
                    posted::close,
                    OutageLog.error(
                            LOG,
                            "checkpoint not posted host={} reason=\"{}\" effect=\"it is only in this log\"",
                            "checkpoints posted again")));
        }
    }

    /** Lets a checkpoint escape if one is due. */
    void offer(SignedNote note, Instant now) {
        if (escapedAt.equals(Instant.MIN) || !now.isBefore(escapedAt.plus(interval)) || now.isBefore(escapedAt)) {
            escape(note, now);
        }
    }

    /** Lets a checkpoint escape now, unless it has escaped already, or says only that there is no event. */
    private void escape(SignedNote note, Instant now) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        if (checkpoint.size() == 0 || checkpoint.size() == escapedSize) {
            return;
        }
        escapedAt = now;
        escapedSize = checkpoint.size();
        LOG.info(
                "checkpoint size={} root={} note={}",
                checkpoint.size(),
                checkpoint.root().base64(),
                note.toLine(LINE_PREFIX));
        outlets.forEach(outlet -> outlet.offer(note));
    }

    /** Lets the last checkpoint escape, and waits for it, but not for what hangs. Never fails. */
    Future<Void> close(@Nullable SignedNote last, Instant now) {
        if (last != null) {
            escape(last, now);
        }
        return Future.join(outlets.stream().map(outlet -> outlet.close(LAST)).toList())
                .mapEmpty();
    }
}
