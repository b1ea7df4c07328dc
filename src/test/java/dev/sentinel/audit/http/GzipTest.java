package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.BusyWorkers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Where bodies are decompressed. */
class GzipTest {
    private static final int SMALL = 64 * 1024;

    @Test
    void inflate_smallContent_needsNoWorker() throws IOException {
        try (BusyWorkers workers = new BusyWorkers()) {
            assertThat(Gzip.inflate(workers.vertx(), gzip(SMALL), SMALL).result())
                    .hasSize(SMALL);
        }
    }

    /** A kilobyte may become a megabyte. */
    @Test
    void inflate_smallArchiveOfLargeContent_usesAWorker() throws IOException {
        byte[] archive = gzip(1 << 20);
        assertThat(archive.length).isLessThan(2_000);

        try (BusyWorkers workers = new BusyWorkers()) {
            assertThat(Gzip.inflate(workers.vertx(), archive, 1 << 20).isComplete())
                    .isFalse();
        }
    }

    private static byte[] gzip(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(new byte[length]);
        }
        return bytes.toByteArray();
    }
}
