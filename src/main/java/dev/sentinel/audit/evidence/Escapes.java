package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.OutageLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings checkpoints to where the administrator of the server cannot change them: into the process's log, which is
 * usually collected elsewhere, and to the end of a file, which may be on another machine. The file has a thread of its
 * own, because a mount that hangs must not stop the signer. A checkpoint that could not be appended is followed by a
 * newer one, which says more; the last one is tried again. Confined to one context.
 */
final class Escapes {
    private static final Logger LOG = LoggerFactory.getLogger(Escapes.class);

    /** Under which pasted notes are recognized. */
    static final String LINE_PREFIX = "sentinel-checkpoint:";

    /** How long a stop waits for the file. */
    private static final Duration LAST_APPEND = Duration.ofSeconds(3);

    private static final long RETRY_MS = 5_000;

    private final Vertx vertx;
    private final Duration interval;
    private final @Nullable Path file;
    private final OutageLog outage = OutageLog.error(
            LOG,
            "checkpoint not appended file={} reason=\"{}\" effect=\"it is only in this log\"",
            "checkpoints appended again");
    /** Not one of Vert.x, which would wait for a hung mount when the server stops. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Escapes::daemon);

    private Instant escapedAt = Instant.MIN;
    private long escapedSize = -1;
    /** What is to be appended; null for nothing. */
    private @Nullable SignedNote waiting;

    private Future<Void> appending = Future.succeededFuture();

    /** @param file null for none; created if it is missing */
    Escapes(Vertx vertx, Duration interval, @Nullable Path file) {
        this.vertx = vertx;
        this.interval = interval;
        this.file = file;
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
        if (file != null) {
            waiting = note;
            append(file);
        }
    }

    /** Appends what waits. One at a time: while a mount hangs, only the newest checkpoint waits. */
    private void append(Path to) {
        SignedNote note = waiting;
        if (note == null || !appending.isComplete()) {
            return;
        }
        Promise<Void> appended = Promise.promise();
        Context context = vertx.getOrCreateContext();
        thread.execute(() -> {
            Future<Void> result = append(to, note);
            context.runOnContext(now -> result.onComplete(appended));
        });
        appending = appended.future().onComplete(done -> {
            if (done.failed()) {
                outage.failed(to, done.cause().getMessage());
                vertx.setTimer(RETRY_MS, again -> append(to));
                return;
            }
            outage.succeeded();
            if (note.equals(waiting)) {
                waiting = null;
            }
            append(to);
        });
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "sentinel-checkpoints");
        thread.setDaemon(true);
        return thread;
    }

    private static Future<Void> append(Path to, SignedNote note) {
        try (FileChannel channel =
                FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long before = channel.size();
            ByteBuffer bytes = ByteBuffer.wrap((note + "\n").getBytes(UTF_8));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            } catch (IOException e) {
                // Half a note would spoil the one that follows it.
                channel.truncate(before);
                throw e;
            }
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    /** Lets the last checkpoint escape, and waits for it, but not for a mount that hangs. Never fails. */
    Future<Void> close(@Nullable SignedNote last, Instant now) {
        if (last != null) {
            escape(last, now);
        }
        return appending
                .compose(done -> appending)
                .timeout(LAST_APPEND.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .onComplete(done -> thread.shutdownNow());
    }
}
