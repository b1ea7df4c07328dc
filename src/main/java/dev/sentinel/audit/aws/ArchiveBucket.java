package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.digest.Sha256;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.format.BatchFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Immutable objects in a bucket: the files of {@link BatchFile}, byte by byte those that a destination {@code file:}
 * writes.
 *
 * <p>An object cannot be appended to, so each file has a manifest of its own, with the same line: as immutable as the
 * file, written after it, and still there when the bucket is copied, other than metadata of objects. Its name begins
 * with {@code _}, which query engines pass over.
 *
 * <p>Only ever creates objects. Blocks.
 */
final class ArchiveBucket {
    private static final String MANIFEST = "_manifest/";
    private static final String PROBE = MANIFEST + "probe";
    private static final String GZIP = "application/gzip";
    private static final String JSON = "application/json";

    /** Of what is compared: far above what a batch has. */
    private static final long MAX_BYTES = 8 << 20;

    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3Client client;
    private final S3Type.Place place;

    ArchiveBucket(S3Client client, S3Type.Place place) {
        this.client = client;
        this.place = place;
    }

    /** Tells whether what is there is what would be written. */
    private interface Comparison {
        boolean isSame(byte[] there) throws IOException;
    }

    /**
     * Returns the name of the object, which is stored, and so is its manifest. Objects of this range stay as they are
     * if they have the same events; with others, they are refused.
     */
    String write(Batch batch) throws IOException, DeliveryException {
        BatchFile made = new BatchFile(batch);
        byte[] content = put(made.name(), GZIP, made.content(), made::hasSameEvents);
        byte[] line = made.manifestLine(content).getBytes(UTF_8);
        put(MANIFEST + made.name().replace(".ndjson.gz", ".json"), JSON, line, there -> Arrays.equals(there, line));
        return made.name();
    }

    /** Writes an empty object if it is not there, and reads it, as a delivery that comes again does. */
    void check() throws IOException, DeliveryException {
        put(PROBE, JSON, new byte[0], there -> there.length == 0);
        head(PROBE);
    }

    /** Returns the bytes that are there now. */
    private byte[] put(String name, String type, byte[] content, Comparison comparison)
            throws IOException, DeliveryException {
        try {
            client.putObject(
                    request -> request.bucket(place.bucket())
                            .key(place.prefix() + name)
                            .contentType(type)
                            .checksumSHA256(checksum(content))
                            .ifNoneMatch("*"),
                    RequestBody.fromBytes(content));
            return content;
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_IMPLEMENTED) {
                throw DeliveryException.denied("this store does not know If-None-Match, so objects could be replaced");
            }
            if (e.statusCode() != PRECONDITION_FAILED) {
                throw e;
            }
        }
        return there(name, content, comparison);
    }

    private byte[] there(String name, byte[] content, Comparison comparison) throws IOException, DeliveryException {
        HeadObjectResponse head = head(name);
        if (checksum(content).equals(head.checksumSHA256())) {
            return content;
        }
        // Without a checksum, or compressed by another JDK.
        byte[] there = head.contentLength() > MAX_BYTES
                ? new byte[0]
                : client.getObjectAsBytes(
                                request -> request.bucket(place.bucket()).key(place.prefix() + name))
                        .asByteArrayUnsafe();
        if (head.contentLength() > MAX_BYTES || !comparison.isSame(there)) {
            // After a restore, or a change of the filter. Nobody could tell what readers of the old object have.
            throw DeliveryException.denied(name.substring(name.lastIndexOf('/') + 1)
                    + " is there with other content; move it away, or give another prefix");
        }
        return there;
    }

    private HeadObjectResponse head(String name) {
        return client.headObject(request ->
                request.bucket(place.bucket()).key(place.prefix() + name).checksumMode(ChecksumMode.ENABLED));
    }

    private static String checksum(byte[] content) {
        return Base64.getEncoder().encodeToString(Sha256.of(content));
    }
}
