package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.forward.file.FileType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Against a bucket that verifies each signature. */
final class S3DestinationTest {
    private static final String NAME = "dt=2026-11-02/events-000000000000000040-000000000000000050.ndjson.gz";
    private static final String KEY = "team/audit/" + NAME;
    private static final String MANIFEST_KEY =
            "team/audit/_manifest/dt=2026-11-02/events-000000000000000040-000000000000000050.json";

    private static final Vertx VERTX = Vertx.vertx();

    private final FakeS3 s3 = new FakeS3(VERTX);
    private final List<Destination> opened = new ArrayList<>();
    private final Batch batch = SampleBatches.usual(40, 10);

    @AfterEach
    void close() {
        opened.forEach(destination -> destination.close().await());
        s3.close();
    }

    @AfterAll
    static void stop() {
        VERTX.close().await();
    }

    /** The same code writes them, and this shows that nothing is done to them on the way. */
    @Test
    void deliver_batch_isTheFileThatAFileDestinationWritesAndItsLine(@TempDir Path directory) throws Exception {
        Destination file = new FileType().open(settings("file:" + directory, Map.of()), VERTX);
        file.deliver(batch).await();
        file.close().await();

        assertThat(open(Map.of()).deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));

        assertThat(s3.objects.keySet()).containsExactlyInAnyOrder(KEY, MANIFEST_KEY);
        assertThat(s3.objects.get(KEY)).isEqualTo(Files.readAllBytes(directory.resolve(NAME)));
        assertThat(s3.objects.get(MANIFEST_KEY))
                .isEqualTo(Files.readAllBytes(directory.resolve("manifest.ndjson")))
                .asString(UTF_8)
                .startsWith("{\"file\":\"" + NAME + "\",\"from\":40,\"next\":50,\"events\":10,");
    }

    /** Otherwise a reader could take a manifest for a promise that is not kept yet. */
    @Test
    void deliver_batch_writesTheManifestAfterTheFile() {
        open(Map.of()).deliver(batch).await();

        assertThat(s3.requests).containsExactly("PUT " + KEY, "PUT " + MANIFEST_KEY);
    }

    @Test
    void deliver_sameBatchAgain_isDoneAndReplacesNothing() {
        Destination destination = open(Map.of());
        destination.deliver(batch).await();
        byte[] before = s3.objects.get(KEY);

        assertThat(destination.deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));

        assertThat(s3.objects.get(KEY)).isSameAs(before);
        assertThat(s3.requests).doesNotContain("GET " + KEY);
    }

    @Test
    void deliver_sameEventsCompressedOtherwise_isDoneAndTheManifestIsOfWhatIsThere() throws Exception {
        Destination destination = open(Map.of());
        destination.deliver(batch).await();
        byte[] other = recompressed(s3.objects.get(KEY));
        s3.objects.put(KEY, other);
        s3.objects.remove(MANIFEST_KEY);

        destination.deliver(batch).await();

        assertThat(s3.objects.get(KEY)).isSameAs(other);
        assertThat(new String(s3.objects.get(MANIFEST_KEY), UTF_8)).contains("\"bytes\":" + other.length + ",");
    }

    @Test
    void deliver_sameBatchAgainWhereNoChecksumsAreKept_isDone() {
        s3.forgetsChecksums = true;
        Destination destination = open(Map.of());
        destination.deliver(batch).await();

        assertThat(destination.deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));
    }

    @Test
    void deliver_otherEventsOfTheSameRange_isDeniedAndLeavesTheObject() {
        Destination destination = open(Map.of());
        destination.deliver(batch).await();
        byte[] before = s3.objects.get(KEY);

        assertThat(Opened.denial(destination.deliver(SampleBatches.usual(40, 10))))
                .isEqualTo("events-000000000000000040-000000000000000050.ndjson.gz is there with other content;"
                        + " move it away, or give another prefix");
        assertThat(s3.objects.get(KEY)).isSameAs(before);
    }

    @Test
    void deliver_objectOfSomebodyElse_isDenied() {
        s3.objects.put(KEY, "not gzip".getBytes(UTF_8));

        assertThat(Opened.denial(open(Map.of()).deliver(batch))).contains("is there with other content");
    }

    @Test
    void deliver_changedManifest_isDenied() {
        Destination destination = open(Map.of());
        destination.deliver(batch).await();
        s3.objects.put(MANIFEST_KEY, "{}".getBytes(UTF_8));

        assertThat(Opened.denial(destination.deliver(batch)))
                .startsWith("events-000000000000000040-000000000000000050.json is there with other content");
    }

    /** The SDK tries again by itself, and finds what it has written. */
    @Test
    void deliver_errorsAndAnAnswerThatIsLost_isDone() {
        s3.fail(503, -1);

        assertThat(open(Map.of()).deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));
        assertThat(s3.objects.keySet()).containsExactlyInAnyOrder(KEY, MANIFEST_KEY);
    }

    @Test
    void deliver_errorsForLonger_failsAndIsTriedAgain() {
        s3.fail(500, 500, 500, 500, 500, 500, 500, 500);

        assertThat(Opened.outage(open(Map.of()).deliver(batch))).startsWith("HTTP 500 OfATest");
    }

    @Test
    void deliver_conflictWithAnotherWriter_failsAndIsTriedAgain() {
        s3.fail(409, 409, 409, 409, 409);

        assertThat(Opened.outage(open(Map.of()).deliver(batch))).startsWith("HTTP 409");
    }

    @Test
    void deliver_storeThatKnowsNoCondition_isDenied() {
        s3.fail(501, 501, 501, 501, 501);

        assertThat(Opened.denial(open(Map.of()).deliver(batch))).contains("does not know If-None-Match");
    }

    @Test
    void deliver_wrongSecret_isDeniedWithoutIt() {
        Destination destination = open(Map.of("secret_key", "canary-of-a-secret"));

        assertThat(Opened.denial(destination.deliver(batch)))
                .startsWith("HTTP 403 SignatureDoesNotMatch")
                .doesNotContain("canary");
        assertThat(s3.objects).isEmpty();
    }

    @Test
    void deliver_otherRegion_isDenied() {
        assertThat(Opened.denial(open(Map.of("region", "us-east-2")).deliver(batch)))
                .startsWith("HTTP 403 SignatureDoesNotMatch");
    }

    @Test
    void deliver_unknownBucket_isDenied() {
        Destination destination = open("s3://other-bucket", Map.of("path_style", "true"));

        assertThat(Opened.denial(destination.deliver(batch))).startsWith("HTTP 404 NoSuchBucket");
    }

    /** Without path_style, the bucket is in the name of the host. */
    @Test
    void deliver_virtualHost_asksTheHostOfTheBucket() {
        Destination destination = open(
                "s3://" + FakeS3.BUCKET,
                Map.of("path_style", "false", "endpoint", s3.endpoint().replace("127.0.0.1", "nowhere.invalid")));

        assertThat(Opened.outage(destination.deliver(batch)))
                .isEqualTo("no address of the host: " + FakeS3.BUCKET + ".nowhere.invalid");
    }

    @Test
    @EnabledIf("dev.sentinel.audit.Certificates#canBeMade")
    void deliver_toAStoreWithAnAuthorityOfItsOwn_needsItsCertificate(@TempDir Path directory) throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.issue("store", "ca", "subjectAltName=IP:127.0.0.1");
        HttpServerOptions tls = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setKeyPath(certificates.key("store").toString())
                        .setCertPath(certificates.certificate("store").toString()));
        try (FakeS3 store = new FakeS3(VERTX, tls)) {
            String authority = Files.readString(certificates.certificate("ca"));
            Destination trusting = open(Map.of("endpoint", store.endpoint(), "ca", authority));

            assertThat(trusting.deliver(batch).await()).isEqualTo(new Delivery.Done(NAME));
            assertThat(Opened.denial(open(Map.of("endpoint", store.endpoint())).deliver(batch)))
                    .contains("the certificate is not valid");
        }
    }

    @Test
    void test_usableBucket_leavesOneEmptyObject() {
        Destination destination = open(Map.of());

        destination.test().await();
        destination.test().await();

        assertThat(s3.objects.keySet()).containsExactly("team/audit/_manifest/probe");
    }

    /** A delivery that comes again would fail. */
    @Test
    void test_readingNotAllowed_isDenied() {
        s3.allowsReading = false;

        assertThat(Opened.denial(open(Map.of()).test())).startsWith("HTTP 403");
    }

    @Test
    void open_settingsThatMakeNoSense_areRefused() {
        assertRefused("s3:/prefix", Map.of(), "must name a bucket");
        assertRefused("s3://Upper", Map.of(), "must name a bucket");
        assertRefused("s3://bucket/a//b", Map.of(), "must be a prefix");
        assertRefused("s3://bucket/a%2Fb", Map.of(), "must be a prefix");
        assertRefused("s3://bucket", Map.of("every", "5m"), "every must be");
        assertRefused("s3://bucket", Map.of("path_style", "yes"), "path_style must be");
    }

    private void assertRefused(String url, Map<String, String> options, String why) {
        assertThatThrownBy(() -> open(url, options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static byte[] recompressed(byte[] content) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content));
                GZIPOutputStream out = new GZIPOutputStream(bytes) {
                    {
                        def.setLevel(Deflater.NO_COMPRESSION);
                    }
                }) {
            in.transferTo(out);
        }
        return bytes.toByteArray();
    }

    private Destination open(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.putIfAbsent("path_style", "true");
        return open("s3://" + FakeS3.BUCKET + "/team/audit", all);
    }

    private Destination open(String url, Map<String, String> options) {
        Destination destination = Opened.at(new S3Type(), VERTX, url, s3.endpoint(), options);
        opened.add(destination);
        return destination;
    }

    private static Settings settings(String url, Map<String, String> options) {
        return new Settings(
                "lake",
                URI.create(url),
                options,
                (host, port) -> Future.failedFuture("not reached"),
                "urn:test",
                "run");
    }
}
