package dev.sentinel.audit.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file of events, which is written at its end and read from its beginning. Not a channel: a thread that is
 * interrupted while it writes to one closes it for everybody. Guarded by its buffer's lock, but for {@link #read} and
 * {@link #sync}.
 */
final class SpillFile implements Closeable {
    private final Path path;
    private final RandomAccessFile file;
    private final RandomAccessFile reader;
    private long written;
    private long readTo;
    private int outstanding;
    private boolean open;
    private boolean dirty;

    private SpillFile(Path path, long written, boolean open) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "rw");
        this.reader = new RandomAccessFile(path.toFile(), "r");
        this.written = written;
        this.open = open;
    }

    /** A new one, to be written. */
    static SpillFile create(Path path) throws IOException {
        return new SpillFile(path, 0, true);
    }

    /** One that a dead process has left, to be read. */
    static SpillFile left(Path path) throws IOException {
        return new SpillFile(path, Files.size(path), false);
    }

    /** Appends a line, all of it or nothing. */
    void append(byte[] line) throws IOException {
        try {
            file.write(line);
        } catch (IOException e) {
            cutTo(written);
            throw e;
        }
        written += line.length;
        dirty = true;
    }

    private void cutTo(long length) throws IOException {
        try {
            file.setLength(length);
        } catch (IOException e) {
            open = false;
            throw e;
        }
    }

    /** Reads from where {@link #taken} has got to; any thread, as long as only one does. */
    void read(byte[] into) throws IOException {
        reader.seek(readTo);
        reader.readFully(into);
    }

    /** How many lines have an end. */
    long countLines() throws IOException {
        long lines = 0;
        byte[] piece = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(path)) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                for (int i = 0; i < length; i++) {
                    lines += piece[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    long unread() {
        return written - readTo;
    }

    void taken(int bytes, int events) {
        readTo += bytes;
        outstanding += events;
    }

    void settled(int events) {
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
    void seal() {
        open = false;
    }

    /** Begins anew, which costs less than another file. */
    void empty() throws IOException {
        cutTo(0);
        written = 0;
        readTo = 0;
    }

    long size() {
        return written;
    }

    boolean isDirty() {
        return dirty && !isDone();
    }

    void markClean() {
        dirty = false;
    }

    /** To the disk; any thread. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
        reader.close();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(path);
    }
}
