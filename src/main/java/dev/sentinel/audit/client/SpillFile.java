package dev.sentinel.audit.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of events, written at its end and read from its start. It holds one descriptor only while it is written and
 * one while it is read: there may be hundreds of files, and the descriptors count against the agent's limit. Does not
 * use channels, because a thread that is interrupted while writing closes the channel for all threads. Guarded by its
 * buffer's lock, except {@link #read} and {@link #sync}.
 */
final class SpillFile implements Closeable {
    private final Path path;
    private volatile @Nullable RandomAccessFile writer;
    private volatile @Nullable RandomAccessFile reader;
    private long written;
    private long readTo;
    private long lines;
    private int outstanding;
    private boolean dirty;
    private boolean syncing;
    private boolean open;

    private SpillFile(Path path, @Nullable RandomAccessFile writer) {
        this.path = path;
        this.writer = writer;
        this.open = writer != null;
    }

    /** Opens a new file for writing. */
    static SpillFile create(Path path) throws IOException {
        return new SpillFile(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    /** Opens a file of an earlier process for reading. */
    static SpillFile recover(Path path) throws IOException {
        SpillFile file = new SpillFile(path, null);
        file.written = Files.size(path);
        file.lines = file.countLines();
        return file;
    }

    /** Appends a line completely or not at all. */
    void append(byte[] line) throws IOException {
        try {
            writer().write(line);
        } catch (IOException e) {
            cutTo(written);
            throw e;
        }
        written += line.length;
        lines++;
        dirty = true;
    }

    private void cutTo(long length) throws IOException {
        try {
            writer().setLength(length);
        } catch (IOException e) {
            open = false;
            throw e;
        }
    }

    private RandomAccessFile writer() throws IOException {
        RandomAccessFile file = writer;
        if (file == null) {
            throw new IOException("not open for writing");
        }
        return file;
    }

    /** Reads from the position that {@link #taken} has reached. Any thread, but one at a time. */
    void read(byte[] into) throws IOException {
        RandomAccessFile file = reader;
        if (file == null) {
            file = new RandomAccessFile(path.toFile(), "r");
            reader = file;
        }
        file.seek(readTo);
        file.readFully(into);
    }

    /** After {@link #read} failed: whether the failure is permanent, unlike a temporary lack of descriptors. */
    boolean isUnreadable() {
        return reader != null || Files.notExists(path);
    }

    private long countLines() throws IOException {
        long ends = 0;
        byte[] piece = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                for (int i = 0; i < length; i++) {
                    ends += piece[i] == '\n' ? 1 : 0;
                }
            }
        }
        return ends;
    }

    long unread() {
        return written - readTo;
    }

    /** The number of complete lines not taken yet. */
    long lines() {
        return lines;
    }

    /** Marks bytes and lines as taken. The given number of events must be completed later. */
    void taken(long bytes, long linesOfThem, int events) {
        readTo += bytes;
        lines -= linesOfThem;
        outstanding += events;
        closeReaderIfAtEnd();
    }

    void completed(int events) {
        outstanding -= events;
    }

    /** Whether the file is no longer needed. */
    boolean isDone() {
        return unread() == 0 && outstanding == 0;
    }

    boolean isOpen() {
        return open;
    }

    /** Ends writing. */
    void seal() throws IOException {
        open = false;
        closeReaderIfAtEnd();
        closeIfSynced();
    }

    /** Truncates the file for reuse, which costs less than a new file. */
    void empty() throws IOException {
        cutTo(0);
        written = 0;
        readTo = 0;
        dirty = false;
    }

    long size() {
        return written;
    }

    /** Whether the file has needed content for which no sync has begun. */
    boolean isDirty() {
        return dirty && !isDone();
    }

    /** Whether some content may not be on disk yet. */
    boolean isUnsynced() {
        return dirty || syncing;
    }

    /** Called before {@link #sync}. */
    void beginSync() {
        dirty = false;
        syncing = true;
    }

    /** Forces the content to disk. Any thread. */
    void sync() throws IOException {
        writer().getFD().sync();
    }

    /** Called after {@link #sync}. */
    void endSync(boolean succeeded) throws IOException {
        syncing = false;
        dirty |= !succeeded;
        closeIfSynced();
    }

    private void closeIfSynced() throws IOException {
        if (!open && !isUnsynced()) {
            closeWriter();
        }
    }

    private void closeWriter() throws IOException {
        RandomAccessFile file = writer;
        writer = null;
        if (file != null) {
            file.close();
        }
    }

    private void closeReaderIfAtEnd() {
        if (!open && unread() == 0) {
            closeReader();
        }
    }

    private void closeReader() {
        RandomAccessFile file = reader;
        reader = null;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // Harmless: nothing was written through this descriptor.
        }
    }

    @Override
    public void close() throws IOException {
        closeReader();
        closeWriter();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(path);
    }
}
