package dev.sentinel.audit.web;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Properties;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * One file of a page, in memory. Making it blocks: it is read, hashed and compressed, once; then any thread. Files are
 * part of the product: one that is not on the class path is an {@link UncheckedIOException}.
 *
 * @param type of its content, as the header says it
 * @param gzip the same, compressed
 * @param etag weak, because it names both (RFC 9110, section 8.8.1)
 */
public record Asset(String type, Buffer plain, Buffer gzip, String etag) {

    /** A file with this content. */
    public static Asset of(String type, byte[] bytes) {
        return new Asset(type, Buffer.buffer(bytes), Buffer.buffer(compress(bytes)), "W/\"" + digest(bytes) + '"');
    }

    /** The content of a file of the class path. */
    public static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The content of a file of an archive of web files, of whichever version is on the class path.
     *
     * @param group of the archive, {@code org.webjars}, {@code org.webjars.npm} or {@code org.mvnpm}
     */
    public static byte[] readPackaged(String group, String artifact, String name) {
        Properties archive = new Properties();
        try (InputStream in = open("META-INF/maven/" + group + '/' + artifact + "/pom.properties")) {
            archive.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String folder = group.startsWith("org.webjars") ? "webjars" : "_static";
        return read(
                "META-INF/resources/" + folder + '/' + artifact + '/' + archive.getProperty("version") + '/' + name);
    }

    /** Of a content; for URLs and file names too. */
    public static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = Asset.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException("not on the class path: " + resource);
        }
        return in;
    }

    private static byte[] compress(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
        try (GZIPOutputStream gzip = new SmallGzip(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** It is done once and sent often. */
    private static final class SmallGzip extends GZIPOutputStream {
        SmallGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
