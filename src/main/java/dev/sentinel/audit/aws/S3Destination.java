package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Writes each batch as one object of a bucket, and its line of the manifest as another. */
final class S3Destination implements Destination {
    private final S3Type.Place place;
    private final Limits limits;
    private final AwsClient<S3Client> client;

    S3Destination(Vertx vertx, String id, S3Type.Place place, AwsSettings settings, Limits limits) {
        this.place = place;
        this.limits = limits;
        this.client = new AwsClient<>(vertx, "sentinel-s3-" + id, () -> AwsClient.build(builder(place), settings));
    }

    private static S3ClientBuilder builder(S3Type.Place place) {
        return S3Client.builder()
                .forcePathStyle(place.pathStyle())
                // Each request has a checksum that this code sets, which other stores know as well.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(S3Configuration.builder()
                        .chunkedEncodingEnabled(false)
                        // The objects are small.
                        .expectContinueEnabled(false)
                        .build());
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return client.call(open -> new Delivery.Done(new ArchiveBucket(open, place).write(batch)));
    }

    @Override
    public Limits limits() {
        return limits;
    }

    /** S3 has stored an object before it answers. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Writes an empty object, once: S3 says in no other way whether it would take one. */
    @Override
    public Future<Void> test() {
        return client.call(open -> {
            new ArchiveBucket(open, place).check();
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
