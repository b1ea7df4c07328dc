package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.SignedNote;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Appends checkpoints to a file, on a thread of its own, because a mount that hangs must not stop the signer. */
final class CheckpointFile {
    private final Vertx vertx;
    private final Path file;

    /** Not one of Vert.x, which would wait for a hung mount when the server stops. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(CheckpointFile::daemon);

    /** @param file created if it is missing */
    CheckpointFile(Vertx vertx, Path file) {
        this.vertx = vertx;
        this.file = file;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "sentinel-checkpoints");
        thread.setDaemon(true);
        return thread;
    }

    /** On disk when the future completes, on the caller's context. */
    Future<Void> append(SignedNote note) {
        Promise<Void> appended = Promise.promise();
        Context context = vertx.getOrCreateContext();
        thread.execute(() -> {
            Future<Void> result = write(note);
            context.runOnContext(now -> result.onComplete(appended));
        });
        return appended.future();
    }

    private Future<Void> write(SignedNote note) {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
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

    void close() {
        thread.shutdownNow();
    }
}
