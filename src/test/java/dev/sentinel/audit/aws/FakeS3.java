package dev.sentinel.audit.aws;

import dev.sentinel.audit.digest.Sha256;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a bucket of S3 does that this plugin needs: it verifies every request (see {@link SigV4}), creates objects with
 * {@code If-None-Match}, checks their checksums, and returns them. In the path style.
 */
public final class FakeS3 implements AutoCloseable {
    public static final String BUCKET = "audit-archive";

    private final SigV4 signatures =
            new SigV4(LocalAws.USER.get("access_key"), LocalAws.USER.get("secret_key"), LocalAws.REGION, "s3");
    private final HttpServer server;
    private final String scheme;

    /** An answer instead of the usual one: a status, and {@code -1} for the end of the connection after the work. */
    private final ConcurrentLinkedQueue<Integer> faults = new ConcurrentLinkedQueue<>();

    /** By key. */
    public final Map<String, byte[]> objects = Collections.synchronizedMap(new TreeMap<>());

    /** What was asked, as method and key. */
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    /** As of a store that keeps no checksums. */
    volatile boolean forgetsChecksums;

    /** Whether objects may be read. */
    volatile boolean allowsReading = true;

    public FakeS3(Vertx vertx) {
        this(vertx, new HttpServerOptions());
    }

    FakeS3(Vertx vertx, HttpServerOptions options) {
        scheme = options.isSsl() ? "https" : "http";
        server = vertx.createHttpServer(options)
                .requestHandler(request -> request.body().onSuccess(body -> handle(request, body.getBytes())))
                .listen(0, "127.0.0.1")
                .await();
    }

    /** For the option {@code endpoint}. */
    public String endpoint() {
        return scheme + "://127.0.0.1:" + server.actualPort();
    }

    /** The next requests fail so. */
    void fail(Integer... statuses) {
        faults.addAll(List.of(statuses));
    }

    private void handle(HttpServerRequest request, byte[] body) {
        String method = request.method().name();
        String query = request.query() == null ? "" : request.query();
        String problem = signatures.problem(method, request.path(), query, request.headers(), body);
        String key = request.path().startsWith("/" + BUCKET + "/")
                ? URI.create(request.path()).getPath().substring(BUCKET.length() + 2)
                : "";
        requests.add(method + " " + key);
        Integer fault = faults.poll();
        if (!problem.isEmpty()) {
            error(request, 403, problem);
        } else if (fault != null && fault > 0) {
            error(request, fault, "OfATest");
        } else if (key.isEmpty()) {
            error(request, 404, "NoSuchBucket");
        } else if (method.equals("PUT")) {
            put(request, key, body, fault != null);
        } else if (!allowsReading) {
            error(request, 403, "AccessDenied");
        } else if (!objects.containsKey(key)) {
            error(request, 404, "NoSuchKey");
        } else {
            get(request, objects.get(key));
        }
    }

    private void put(HttpServerRequest request, String key, byte[] body, boolean reset) {
        if (!checksum(body).equals(request.getHeader("x-amz-checksum-sha256"))) {
            error(request, 400, "BadDigest");
        } else if (!"*".equals(request.getHeader("if-none-match"))) {
            error(request, 400, "WouldReplace");
        } else if (objects.putIfAbsent(key, body) != null) {
            error(request, 412, "PreconditionFailed");
        } else if (reset) {
            request.connection().close();
        } else {
            request.response().putHeader("etag", "\"of-a-test\"").end();
        }
    }

    private void get(HttpServerRequest request, byte[] content) {
        HttpServerResponse response =
                request.response().putHeader("etag", "\"of-a-test\"").putHeader("content-length", "" + content.length);
        if (!forgetsChecksums && "ENABLED".equals(request.getHeader("x-amz-checksum-mode"))) {
            response.putHeader("x-amz-checksum-sha256", checksum(content));
        }
        if (request.method().name().equals("HEAD")) {
            response.end();
        } else {
            response.end(Buffer.buffer(content));
        }
    }

    private static void error(HttpServerRequest request, int status, String code) {
        HttpServerResponse response = request.response().setStatusCode(status);
        if (request.method().name().equals("HEAD")) {
            response.end();
        } else {
            response.putHeader("content-type", "application/xml")
                    .end("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>as a test"
                            + " says</Message><RequestId>1</RequestId></Error>");
        }
    }

    private static String checksum(byte[] content) {
        return Base64.getEncoder().encodeToString(Sha256.of(content));
    }

    @Override
    public void close() {
        server.close().await();
    }
}
