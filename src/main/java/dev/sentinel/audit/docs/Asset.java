package dev.sentinel.audit.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * One file in memory. Making it blocks: it is read, hashed and compressed, once.
 *
 * @param gzip the same, compressed
 * @param etag weak, because it names both
 */
record Asset(Buffer plain, Buffer gzip, String etag) {

    /** A file of this package. */
    static Asset of(String name, UnaryOperator<String> edit) {
        return of(edit.apply(new String(read("dev/sentinel/audit/docs/" + name), UTF_8))
                .getBytes(UTF_8));
    }

    /** A file of an org.webjars archive, of whichever version is on the class path. */
    static Asset ofWebJar(String artifact, String name) {
        Properties archive = new Properties();
        try (InputStream in = open("META-INF/maven/org.webjars/" + artifact + "/pom.properties")) {
            archive.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = archive.getProperty("version");
        return of(read("META-INF/resources/webjars/" + artifact + "/" + version + "/" + name));
    }

    private static Asset of(byte[] bytes) {
        return new Asset(Buffer.buffer(bytes), Buffer.buffer(compress(bytes)), etag(bytes));
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
