package dev.sentinel.audit.evidence.verify;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Reads the lines of a file that may be compressed. Keeps one line, of at most 16 MiB, in memory. One thread. */
final class LineReader implements AutoCloseable {
    /** Many times the longest line of an export. */
    static final int MAX_LINE = 16 << 20;

    private static final int BUFFER = 64 << 10;
    private static final int GZIP_MAGIC = 0x8b1f;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private byte[] line = new byte[BUFFER];
    private int length;
    private boolean complete;
    private boolean cut;

    private LineReader(InputStream in) {
        this.in = in;
    }

    /** @param in is closed with the reader */
    static LineReader of(InputStream in) {
        return new LineReader(in);
    }

    static LineReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            in.mark(2);
            int magic = in.read() | in.read() << 8;
            in.reset();
            return new LineReader(magic == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER) : in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * Reads the next line; false at the end.
     *
     * @throws LineTooLongException if it has more than 16 MiB
     */
    boolean next() throws IOException {
        length = 0;
        complete = false;
        while (fill()) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end);
            if (end < limit) {
                position = end + 1;
                complete = true;
                return true;
            }
            position = end;
        }
        return length > 0;
    }

    private void append(int end) throws LineTooLongException {
        int count = end - position;
        if (length + count > MAX_LINE) {
            throw new LineTooLongException();
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.min(MAX_LINE, Math.max(2 * line.length, length + count)));
        }
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }

    private boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        if (cut) {
            return false;
        }
        position = 0;
        try {
            limit = in.read(buffer);
        } catch (EOFException e) {
            // A compressed file that was cut.
            cut = true;
            limit = 0;
        }
        return limit > 0;
    }

    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    /** Whether the line ends in a line feed. */
    boolean isComplete() {
        return complete;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** A line is longer than any of an export. */
    static final class LineTooLongException extends IOException {
        private LineTooLongException() {
            super("a line has more than 16 MiB");
        }
    }
}
