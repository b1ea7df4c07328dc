package dev.sentinel.audit.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file in memory, ready to be sent. Creating it hashes and compresses the content, which blocks; afterwards any
 * thread may use it.
 *
 * @param plain the content
 * @param gzip the compressed content; null if compression saves too little
 * @param etag weak, because it names both encodings (RFC 9110, section 8.8.1)
 * @param headers the response headers, except those that depend on the request
 */
record StaticFile(Buffer plain, @Nullable Buffer gzip, String etag, Map<String, String> headers) {
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "html", "text/html; charset=utf-8",
            "png", "image/png",
            "svg", "image/svg+xml");

    private static final String REVALIDATE = "no-cache";
    private static final String FOREVER = "public, max-age=31536000, immutable";

    StaticFile {
        headers = Map.copyOf(headers);
    }

    /** A page. Browsers revalidate it at each use, which transfers no content while its ETag is unchanged. */
    static StaticFile page(String html, String contentSecurityPolicy) {
        return of(
                html.getBytes(UTF_8),
                Map.of(
                        "Content-Type",
                        type("index.html"),
                        "Cache-Control",
                        REVALIDATE,
                        "Content-Security-Policy",
                        contentSecurityPolicy,
                        "Referrer-Policy",
                        "no-referrer"));
    }

    /** A file whose URL stays the same while its content changes with the version of the server. */
    static StaticFile revalidated(String name, byte[] content) {
        return of(content, Map.of("Content-Type", type(name), "Cache-Control", REVALIDATE));
    }

    /** A file whose URL changes with its content. */
    static StaticFile immutable(String name, byte[] content) {
        return of(content, Map.of("Content-Type", type(name), "Cache-Control", FOREVER));
    }

    /** The SHA-256 of a content, encoded for URLs. */
    static String digest(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(content));
    }

    private static StaticFile of(byte[] content, Map<String, String> headers) {
        byte[] compressed = compress(content);
        // Images are compressed already: saving a few bytes is not worth the work of the browser.
        boolean smaller = compressed.length < content.length * 9L / 10;
        return new StaticFile(
                Buffer.buffer(content),
                smaller ? Buffer.buffer(compressed) : null,
                "W/\"" + digest(content) + '"',
                headers);
    }

    private static String type(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalArgumentException("no media type is known for " + name);
        }
        return type;
    }

    private static byte[] compress(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 3);
        try (GZIPOutputStream gzip = new SmallGzip(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Uses the best compression: a file is compressed once and sent often. */
    private static final class SmallGzip extends GZIPOutputStream {
        SmallGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
