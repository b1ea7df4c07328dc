package dev.sentinel.audit.ingest.otlp;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that are read, and refuses to read more than a limit. One thread; the count, any. */
final class MeasuredStream extends FilterInputStream {
    private final long maxBytes;
    private volatile long count;

    MeasuredStream(InputStream in, long maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    /** More bytes than the limit. */
    static final class TooLongException extends IOException {}

    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        add(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int read = super.read(into, from, length);
        add(Math.max(0, read));
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = super.skip(bytes);
        add(skipped);
        return skipped;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the reading thread writes it.
    private void add(long bytes) throws TooLongException {
        count += bytes;
        if (count > maxBytes) {
            throw new TooLongException();
        }
    }
}
