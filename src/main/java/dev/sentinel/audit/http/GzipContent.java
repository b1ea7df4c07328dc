package dev.sentinel.audit.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of a gzip file (RFC 1952) of a client. The stream of the JDK calls itself for each empty member, so that
 * a few kilobytes of them would exhaust the stack; this one refuses them. One thread.
 */
public final class GzipContent extends GZIPInputStream {
    /** In a row. No compressor writes more than one. */
    private static final int MAX_EMPTY_MEMBERS = 100;

    private int depth;

    /** Reads the header of the first member, and throws a {@link ZipException} if it is none. */
    public GzipContent(InputStream compressed, int bufferBytes) throws IOException {
        super(compressed, bufferBytes);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (depth > MAX_EMPTY_MEMBERS) {
            throw new ZipException("too many empty members");
        }
        depth++;
        try {
            return super.read(into, from, length);
        } finally {
            depth--;
        }
    }
}
