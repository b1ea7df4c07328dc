package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.forward.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Immutable files in a directory: {@code dt=2026-11-02/events-000000000000041822-000000000000042000.ndjson.gz} has the
 * events from one position up to, but without, another. So a gap shows in the names, and a file that is written again
 * after a crash has the same bytes.
 *
 * <p>{@code manifest.ndjson} has a line for each file, appended after the file is on disk. A file without a line was
 * being written when the server crashed, and comes again; a line can be there twice.
 *
 * <p>Blocking, one thread at a time.
 */
final class EventFiles {
    private static final String MANIFEST = "manifest.ndjson";

    private final Path directory;

    EventFiles(Path directory) {
        this.directory = directory;
    }

    /** Returns the name of the file, which is on disk. */
    String write(Batch batch) throws IOException {
        byte[] content = compressed(batch);
        // The day of receipt: that of the client may be any.
        LocalDate day = LocalDate.ofInstant(batch.events().get(0).receivedAt(), ZoneOffset.UTC);
        String name = String.format(Locale.ROOT, "dt=%s/events-%018d-%018d.ndjson.gz", day, batch.from(), batch.next());
        Path file = directory.resolve(name);
        PrivateFiles.createDirectories(file.getParent());
        PrivateFiles.replace(file, content);
        PrivateFiles.forceDirectory(directory);
        append(String.format(
                Locale.ROOT,
                "{\"file\":\"%s\",\"from\":%d,\"next\":%d,\"events\":%d,\"bytes\":%d,\"sha256\":\"%s\"}\n",
                name,
                batch.from(),
                batch.next(),
                batch.events().size(),
                content.length,
                sha256(content)));
        return name;
    }

    /** Fails if the directory cannot be written. */
    void check() throws IOException {
        PrivateFiles.createDirectories(directory);
        Path probe = directory.resolve(".sentinel-probe");
        PrivateFiles.replace(probe, new byte[0]);
        Files.delete(probe);
    }

    /** The JSON of the API, one event a line. The JDK writes no time into the header of gzip. */
    private static byte[] compressed(Batch batch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (StoredEvent event : batch.events()) {
                gzip.write(EventWriter.toJson(event).getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
            }
        }
        return bytes.toByteArray();
    }

    private void append(String line) throws IOException {
        Path file = directory.resolve(MANIFEST);
        try (FileChannel manifest = PrivateFiles.open(file)) {
            manifest.position(endOfLastLine(file));
            ByteBuffer rest = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                manifest.write(rest);
            }
            manifest.truncate(manifest.position());
            manifest.force(true);
        }
    }

    /** A crash may have left a part of a line. */
    private static long endOfLastLine(Path file) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel reader = FileChannel.open(file)) {
            long end = reader.size();
            while (end > 0) {
                last.clear();
                reader.read(last, end - 1);
                if (last.get(0) == '\n') {
                    break;
                }
                end--;
            }
            return end;
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
