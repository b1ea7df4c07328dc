package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.failure.OutageLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings checkpoints to where the administrator of the server cannot change them: into the process's log, which is
 * usually collected elsewhere, and to the end of a file, which may be on another machine. Blocking, one thread.
 */
final class Escapes {
    private static final Logger LOG = LoggerFactory.getLogger(Escapes.class);

    /** Under which pasted notes are recognized. */
    static final String LINE_PREFIX = "sentinel-checkpoint:";

    private final Duration interval;
    private final @Nullable Path file;
    private final OutageLog outage = OutageLog.error(
            LOG,
            "checkpoint not appended file={} reason=\"{}\" effect=\"it is only in this log\"",
            "checkpoints appended again");
    private Instant escapedAt = Instant.MIN;
    private long escapedSize = -1;

    /** @param file null for none; created if it is missing */
    Escapes(Duration interval, @Nullable Path file) {
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
    void escape(SignedNote note, Instant now) {
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
        if (file == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap((note + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            outage.succeeded();
        } catch (IOException e) {
            outage.failed(file, e.getMessage());
        }
    }
}
