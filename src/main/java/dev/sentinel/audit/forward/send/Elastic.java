package dev.sentinel.audit.forward.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.forward.format.BatchFormat;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Posts batches to {@code _bulk} of an index or data stream. Each event has its id as that of the document and is only
 * ever created, so an index has it once, however often its batch is sent. A data stream that has rolled over between
 * two tries has it in two indices.
 */
final class Elastic implements Destination {
    /** Bodies are about twice as large: a document has the event and fields of it. */
    private static final Limits LIMITS = new Limits(1_000, 512 << 10, Duration.ofSeconds(1));

    /** An item of the answer has up to 150 bytes. */
    private static final int MAX_ANSWER = 256 << 10;

    /** A path, and at its end the name of an index ("Create index API"). */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~%-]+)*/[a-z0-9.%][a-z0-9._%-]*");

    private final Vertx vertx;
    private final HttpTarget target;
    private final BatchFormat format = BatchFormat.elastic();
    private final MultiMap headers;
    private final boolean gzip;

    Elastic(Vertx vertx, Settings settings) {
        Options options = new Options(settings);
        this.vertx = vertx;
        this.gzip = options.flag(Options.GZIP);
        this.headers = MultiMap.caseInsensitiveMultiMap().set(HttpHeaders.CONTENT_TYPE, format.contentType());
        String user = options.text(ElasticType.USER, "");
        String password = options.text(ElasticType.PASSWORD, "");
        options.token(ElasticType.API_KEY).ifPresent(key -> headers.set(HttpHeaders.AUTHORIZATION, "ApiKey " + key));
        if (!user.isEmpty()) {
            if (headers.contains(HttpHeaders.AUTHORIZATION) || user.contains(":")) {
                throw new IllegalArgumentException("user must have no colon, and be without api_key");
            }
            String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
            headers.set(HttpHeaders.AUTHORIZATION, "Basic " + basic);
        }
        // Before the target, which would stay open.
        if (!PATH.matcher(HttpTarget.path(options.url())).matches()) {
            throw new IllegalArgumentException(
                    "the path of the URL must be an index or a data stream, such as /logs-sentinel-default");
        }
        this.target = new HttpTarget(vertx, settings);
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return vertx.executeBlocking(() -> Body.of(format, batch, gzip), false)
                .compose(this::post)
                .compose(answer -> {
                    if (!answer.isOk()) {
                        return answer.outcome();
                    }
                    return answer.isWhole()
                            ? BulkAnswer.outcome(answer.body(), batch.events().size())
                            : Future.failedFuture(DeliveryException.away("the answer is too long"));
                });
    }

    private Future<HttpAnswer> post(Buffer body) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        if (gzip && body.length() > 0) {
            all.set(HttpHeaders.CONTENT_ENCODING, Options.GZIP);
        }
        return target.send(HttpMethod.POST, target.path() + "/_bulk?" + BulkAnswer.FILTER, all, body, MAX_ANSWER);
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Posts nothing, to which the server answers 400 if the credentials are right. */
    @Override
    public Future<Void> test() {
        return post(Buffer.buffer())
                .compose(answer -> answer.isOk() || answer.status() == 400
                        ? Future.succeededFuture()
                        : Future.failedFuture(answer.failure()));
    }

    @Override
    public Future<Void> close() {
        return target.close();
    }
}
