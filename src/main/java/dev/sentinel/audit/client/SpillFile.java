package dev.sentinel.audit.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of events, which is written at its end and read from its beginning. It holds a descriptor only while it is
 * written, and one while it is read: there may be hundreds of files, and they are the agent's descriptors. Not
 * channels: a thread that is interrupted while it writes to one closes it for everybody. Guarded by its buffer's lock,
 * but for {@link #read} and {@link #sync}.
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

    /** A new one, to be written. */
    static SpillFile create(Path path) throws IOException {
        return new SpillFile(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    /** One that a dead process has left, to be read. */
    static SpillFile left(Path path) throws IOException {
        SpillFile file = new SpillFile(path, null);
        file.written = Files.size(path);
        file.lines = file.countLines();
        return file;
    }

    /** Appends a line, all of it or nothing. */
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
            throw new IOException("not open to be written");
        }
        return file;
    }

    /** Reads from where {@link #taken} has got to; any thread, as long as only one does. */
    void read(byte[] into) throws IOException {
        RandomAccessFile file = reader;
        if (file == null) {
            file = new RandomAccessFile(path.toFile(), "r");
            reader = file;
        }
        file.seek(readTo);
        file.readFully(into);
    }

    /** After {@link #read} has failed: whether that is no matter of a moment, such as a lack of descriptors. */
    boolean isUnreadable() {
        return reader != null || Files.notExists(path);
    }

    private long countLines() throws IOException {
        long ends = 0;
        byte[] piece = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(path)) {
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

    /** How many lines with an end there are in that. */
    long lines() {
        return lines;
    }

    /** So much was read, and held so many events that are to be completed. */
    void taken(long bytes, long linesOfThem, int events) {
        readTo += bytes;
        lines -= linesOfThem;
        outstanding += events;
        closeReaderIfAtEnd();
    }

    void completed(int events) {
        outstanding -= events;
    }

    /** Whether nothing in it is needed any more. */
    boolean isDone() {
        return unread() == 0 && outstanding == 0;
    }

    boolean isOpen() {
        return open;
    }

    /** Nothing more is written. */
    void seal() throws IOException {
        open = false;
        closeReaderIfAtEnd();
        closeIfSynchronised();
    }

    /** Begins anew, which costs less than another file. */
    void empty() throws IOException {
        cutTo(0);
        written = 0;
        readTo = 0;
        dirty = false;
    }

    long size() {
        return written;
    }

    /** Whether there is something in it that is needed and that nobody has asked the disk to keep. */
    boolean isDirty() {
        return dirty && !isDone();
    }

    /** Whether it may be that not all of it is on the disk. */
    boolean isUnsynchronised() {
        return dirty || syncing;
    }

    /** Somebody is going to {@link #sync} it. */
    void beginSync() {
        dirty = false;
        syncing = true;
    }

    /** To the disk; any thread. */
    void sync() throws IOException {
        writer().getFD().sync();
    }

    /** What was begun has ended. */
    void endSync(boolean well) throws IOException {
        syncing = false;
        dirty |= !well;
        closeIfSynchronised();
    }

    private void closeIfSynchronised() throws IOException {
        if (!open && !isUnsynchronised()) {
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
            // Nothing was written through it.
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
