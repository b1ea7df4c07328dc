package dev.sentinel.audit.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Decompresses request bodies (RFC 1952) up to a limit, and checks whether a client accepts gzip. */
public final class Gzip {
    /** Up to these sizes, decompressing on the event loop is faster than using a worker. */
    private static final int INLINE_BYTES = 8 * 1024;

    /** Small archives can be large when decompressed. */
    private static final int INLINE_INFLATED_BYTES = 64 * 1024;

    private static final int ISIZE_BYTES = 4;
    private static final int CHUNK = 16 * 1024;

    private Gzip() {}

    /** Whether the client accepts gzip (RFC 9110, section 12.5.3). */
    public static boolean isAccepted(RoutingContext ctx) {
        return ctx.parsedHeaders().acceptEncoding().stream()
                .anyMatch(coding -> coding.value().equalsIgnoreCase("gzip") && coding.weight() > 0);
    }

    /**
     * The decompressed size that the last four bytes claim (RFC 1952, ISIZE): correct modulo 2^32 for a single member,
     * but not trustworthy.
     */
    static long claimedLength(byte[] compressed) {
        long length = 0;
        for (int i = 1; i <= Math.min(ISIZE_BYTES, compressed.length); i++) {
            length = (length << Byte.SIZE) | (compressed[compressed.length - i] & 0xFF);
        }
        return length;
    }

    /** Fails with a 413 if the content exceeds the limit, without holding more, and with a 400 if it is not gzip. */
    static Future<byte[]> inflate(Vertx vertx, byte[] compressed, int maxBytes) {
        return compressed.length <= INLINE_BYTES && maxBytes <= INLINE_INFLATED_BYTES
                ? inflate(compressed, maxBytes)
                : vertx.executeBlocking(() -> inflate(compressed, maxBytes), false)
                        .compose(done -> done);
    }

    private static Future<byte[]> inflate(byte[] compressed, int maxBytes) {
        BodyBytes content = new BodyBytes();
        byte[] chunk = new byte[CHUNK];
        try (GzipContent in = new GzipContent(new ByteArrayInputStream(compressed), CHUNK)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (content.length() + read > maxBytes) {
                    return Future.failedFuture(new Problem(
                                    413, "The body must not be larger than " + maxBytes + " bytes when decompressed.")
                            .asException());
                }
                content.append(chunk, read);
            }
            return Future.succeededFuture(content.toArray());
        } catch (IOException e) {
            return Future.failedFuture(new Problem(400, "The body is not valid gzip.").asException());
        }
    }
}
