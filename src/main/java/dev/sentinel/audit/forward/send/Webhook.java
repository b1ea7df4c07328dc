package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.forward.format.BatchFormat;
import dev.sentinel.audit.forward.format.OcsfVersion;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Posts batches as Standard Webhooks 1.0 says. Each try of a batch has the same {@code webhook-id}, by which a receiver
 * drops repeats, and a time and signatures of its own. What is delivered anew on purpose, as by a replay, has another
 * one. The signatures are of the body before it is compressed, because most frameworks hand out only that.
 */
final class Webhook implements Destination {
    private static final Limits LIMITS = new Limits(500, 1 << 20, Duration.ofSeconds(1));

    /** Nothing of an answer is used but its status; this much keeps the connection. */
    private static final int MAX_ANSWER = 16 << 10;

    private final Vertx vertx;
    private final HttpTarget target;
    private final String id;
    private final String run;
    private final String uri;
    private final BatchFormat format;
    private final List<WebhookSecret> secrets;
    private final MultiMap custom;
    private final boolean gzip;
    private final Clock clock;

    /** A body and the headers that belong to it. */
    private record Message(MultiMap headers, Buffer body) {}

    Webhook(Vertx vertx, Settings settings, Clock clock, Duration timeout) {
        Options options = new Options(settings);
        this.vertx = vertx;
        this.clock = clock;
        this.id = settings.id();
        this.run = settings.run();
        this.format = BatchFormat.named(
                options.text(WebhookType.FORMAT, "plain"),
                id,
                settings.source(),
                OcsfVersion.of(options.text(WebhookType.VERSION, "1.8.0")));
        this.secrets = Stream.of(WebhookType.SECRET, WebhookType.PREVIOUS_SECRET)
                .map(name -> options.text(name, ""))
                .filter(secret -> !secret.isEmpty())
                .map(WebhookSecret::parse)
                .toList();
        this.custom = CustomHeaders.parse(options.text(WebhookType.HEADERS, ""));
        this.gzip = options.flag(Options.GZIP);
        String query = options.token(WebhookType.QUERY).map(text -> "?" + text).orElse("");
        this.target = new HttpTarget(vertx, settings, timeout);
        // The slash at its end may matter to the receiver.
        String path = settings.url().getRawPath();
        this.uri = (path.isEmpty() ? "/" : path) + query;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return post(batch).compose(HttpAnswer::outcome);
    }

    private Future<HttpAnswer> post(Batch batch) {
        return vertx.executeBlocking(() -> message(batch), false)
                .compose(message -> target.send(HttpMethod.POST, uri, message.headers, message.body, MAX_ANSWER));
    }

    private Message message(Batch batch) {
        byte[] body = format.bytes(batch);
        String message = id + ":" + batch.from() + "-" + batch.next() + ":" + run;
        long now = Instant.now(clock).getEpochSecond();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .addAll(custom)
                .set(HttpHeaders.CONTENT_TYPE, format.contentType())
                .set("webhook-id", message)
                .set("webhook-timestamp", Long.toString(now));
        if (!secrets.isEmpty()) {
            headers.set(
                    "webhook-signature",
                    secrets.stream()
                            .map(secret -> secret.sign(message, now, body))
                            .collect(Collectors.joining(" ")));
        }
        if (gzip) {
            headers.set(HttpHeaders.CONTENT_ENCODING, Options.GZIP);
        }
        return new Message(headers, gzip ? Body.gzip(body) : Buffer.buffer(body));
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Posts a batch without events. A receiver has to take it: one that refuses it may not like the signature. */
    @Override
    public Future<Void> test() {
        return post(new Batch(List.of(), 0, 0))
                .compose(answer -> answer.isOk() ? Future.succeededFuture() : Future.failedFuture(answer.failure()));
    }

    @Override
    public Future<Void> close() {
        return target.close();
    }
}
