package dev.sentinel.audit.forward.file;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.files.PrivateFiles;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.DeliveryException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Immutable files in a directory: {@code dt=2026-11-02/events-000000000000041822-000000000000042000.ndjson.gz} has the
 * events from one position up to, but without, another. So a gap shows in the names, and a batch that comes again after
 * a crash finds its file.
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

    /**
     * Returns the name of the file, which is on disk. A file of this range stays as it is if it has the same events;
     * with others, it is refused.
     */
    String write(Batch batch) throws IOException, DeliveryException {
        byte[] plain = plain(batch);
        // The day of receipt: that of the client may be any.
        LocalDate day = LocalDate.ofInstant(batch.events().get(0).receivedAt(), ZoneOffset.UTC);
        String name = String.format(Locale.ROOT, "dt=%s/events-%018d-%018d.ndjson.gz", day, batch.from(), batch.next());
        Path file = directory.resolve(name);
        PrivateFiles.createDirectories(file.getParent());
        byte[] content;
        if (Files.exists(file)) {
            content = Files.readAllBytes(file);
            if (!Arrays.equals(plain, unzipped(content))) {
                // After a restore, or a change of the filter. Nobody could tell what readers of the old file have.
                throw DeliveryException.denied(
                        file.getFileName() + " is there with other events; move it away, or give another directory");
            }
        } else {
            content = compressed(plain);
            PrivateFiles.replace(file, content);
            PrivateFiles.forceDirectory(directory);
        }
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

    /** The JSON of the API, one event a line. */
    private static byte[] plain(Batch batch) {
        StringBuilder lines = new StringBuilder();
        for (StoredEvent event : batch.events()) {
            lines.append(EventWriter.toJson(event)).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The JDK writes no time into the header of gzip. */
    private static byte[] compressed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    /** Of what is there; empty if somebody else has written it. Compared so, for another JDK may compress otherwise. */
    private static byte[] unzipped(byte[] content) throws IOException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return gzip.readAllBytes();
        } catch (ZipException | EOFException e) {
            return new byte[0];
        }
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
