package dev.sentinel.audit.store.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Recognizes logs by their first bytes, without SQLite, which would take locks and create files. */
final class LogHeader {
    /** https://www.sqlite.org/fileformat.html section 1.3. */
    private static final int BYTES = 100;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
    private static final int APPLICATION_ID = 68;

    private LogHeader() {}

    /**
     * Whether this is a log, or will be one: it may be missing or empty. Must not be called while a database in the
     * file is open, because closing a file releases its locks.
     */
    static boolean mayBeLog(Path file) {
        if (!Files.isRegularFile(file)) {
            return !Files.exists(file);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(BYTES);
            return header.length == 0
                    || (header.length == BYTES
                            && Arrays.equals(MAGIC, Arrays.copyOf(header, MAGIC.length))
                            && isOurs(ByteBuffer.wrap(header).getInt(APPLICATION_ID), file));
        } catch (IOException e) {
            // Not readable, so it is not the owner's either.
            return false;
        }
    }

    /** After a kill, the id of a new log may be in its write-ahead log only. */
    private static boolean isOurs(int applicationId, Path file) {
        return applicationId == LogSchema.APPLICATION_ID
                || (applicationId == 0 && Files.exists(file.resolveSibling(file.getFileName() + "-wal")));
    }
}
