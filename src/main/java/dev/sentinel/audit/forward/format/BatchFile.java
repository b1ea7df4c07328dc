package dev.sentinel.audit.forward.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * A batch as one immutable file: {@code dt=2026-11-02/events-000000000000041822-000000000000042000.ndjson.gz} has the
 * events from one position up to, but without, another. So a gap shows in the names, and a batch that comes again finds
 * its file. The same batch has the same name and, from the same JDK, the same bytes.
 *
 * <p>Not thread-safe.
 */
public final class BatchFile {
    private final Batch batch;
    private final String name;
    private final byte[] plain;

    /** The file of a batch, which has events. */
    public BatchFile(Batch batch) {
        this.batch = batch;
        // The day of receipt: that of the client may be any.
        LocalDate day = LocalDate.ofInstant(batch.events().get(0).receivedAt(), ZoneOffset.UTC);
        this.name = String.format(Locale.ROOT, "dt=%s/events-%018d-%018d.ndjson.gz", day, batch.from(), batch.next());
        this.plain = plain(batch);
    }

    /** The JSON of the API, one event a line. */
    private static byte[] plain(Batch batch) {
        StringBuilder lines = new StringBuilder();
        for (StoredEvent event : batch.events()) {
            lines.append(EventWriter.toJson(event)).append('\n');
        }
        return lines.toString().getBytes(UTF_8);
    }

    /** The name, with the folder of the day. */
    public String name() {
        return name;
    }

    /** The bytes of the file. */
    public byte[] content() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        // The JDK writes no time into the header of gzip.
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    /**
     * Whether a file that is there already has the events of this batch, and no others. Its bytes may differ: another
     * JDK may compress otherwise.
     */
    public boolean hasSameEvents(byte[] content) throws IOException {
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return Arrays.equals(plain, gzip.readNBytes(plain.length)) && gzip.read() < 0;
        } catch (ZipException | EOFException e) {
            // Somebody else has written it.
            return false;
        }
    }

    /**
     * What a manifest says of the file, as one line of JSON.
     *
     * @param content the bytes that are there
     */
    public String manifestLine(byte[] content) {
        return String.format(
                Locale.ROOT,
                "{\"file\":\"%s\",\"from\":%d,\"next\":%d,\"events\":%d,\"bytes\":%d,\"sha256\":\"%s\"}\n",
                name,
                batch.from(),
                batch.next(),
                batch.events().size(),
                content.length,
                HexFormat.of().formatHex(Sha256.of(content)));
    }
}
