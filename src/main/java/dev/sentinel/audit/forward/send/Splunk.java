package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import dev.sentinel.audit.forward.format.BatchFormat;
import dev.sentinel.audit.forward.format.SplunkEvents;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Posts batches to the HTTP Event Collector of Splunk.
 *
 * <p>Its 200 says that the events are valid, not that they are stored. With {@code ack=true} a batch is delivered when
 * its events are indexed: it is sent on a channel of this destination, and its number is asked for until Splunk says so
 * ("About HTTP Event Collector Indexer Acknowledgment"). If that takes too long, the batch is sent again.
 */
final class Splunk implements Destination {
    private static final Limits LIMITS = new Limits(1_000, 1 << 20, Duration.ofSeconds(1));
    private static final int MAX_ANSWER = 64 << 10;
    private static final String COLLECTOR = "/services/collector";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final HttpTarget target;
    private final String collector;
    private final BatchFormat format;
    private final MultiMap headers;
    private final boolean ack;
    private final boolean gzip;
    private final String channel = UUID.randomUUID().toString();
    private final Duration indexedWithin;

    /** @param indexedWithin how long to wait for an acknowledgement */
    Splunk(Vertx vertx, Settings settings, Duration indexedWithin) {
        Options options = new Options(settings);
        String token = options.token(SplunkType.TOKEN)
                .orElseThrow(() -> new IllegalArgumentException("token must be that of an HTTP Event Collector"));
        this.vertx = vertx;
        this.ack = options.flag(SplunkType.ACK);
        this.gzip = options.flag(Options.GZIP);
        this.format = BatchFormat.splunk(new SplunkEvents(
                settings.source(),
                options.text(SplunkType.INDEX, ""),
                options.text(SplunkType.SOURCE_TYPE, SplunkEvents.SOURCE_TYPE)));
        this.headers = MultiMap.caseInsensitiveMultiMap()
                .set(HttpHeaders.AUTHORIZATION, "Splunk " + token)
                .set(HttpHeaders.CONTENT_TYPE, format.contentType());
        if (ack) {
            headers.set("X-Splunk-Request-Channel", channel);
        }
        this.target = new HttpTarget(vertx, settings);
        this.collector = target.path().isEmpty() ? COLLECTOR : target.path().replaceFirst("/event$", "");
        this.indexedWithin = indexedWithin;
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return vertx.executeBlocking(() -> Body.of(format, batch, gzip), false)
                .compose(this::post)
                .compose(answer -> {
                    if (!answer.http().isOk()) {
                        return answer.refusal();
                    }
                    if (!ack) {
                        return answer.http().outcome();
                    }
                    if (answer.ackId().isEmpty()) {
                        return Future.failedFuture(
                                DeliveryException.denied("the token acknowledges nothing; set ack=false"));
                    }
                    return indexed(answer.ackId().getAsLong(), FIRST_PAUSE, System.nanoTime());
                });
    }

    private Future<SplunkAnswer> post(Buffer body) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        if (gzip) {
            all.set(HttpHeaders.CONTENT_ENCODING, Options.GZIP);
        }
        return target.send(HttpMethod.POST, collector + "/event", all, body, MAX_ANSWER)
                .map(SplunkAnswer::of);
    }

    /**
     * Asks until the events are indexed. An answer that is missing says nothing about them, so it is asked for again.
     */
    private Future<Delivery> indexed(long ackId, Duration pause, long began) {
        Buffer question = Buffer.buffer("{\"acks\":[" + ackId + "]}");
        return target.send(HttpMethod.POST, collector + "/ack?channel=" + channel, headers, question, MAX_ANSWER)
                .map(SplunkAnswer::of)
                .map(answer -> answer.isIndexed(ackId))
                .otherwise(false)
                .compose(isIndexed -> {
                    if (isIndexed) {
                        return Future.succeededFuture(new Delivery.Done("indexed"));
                    }
                    if (System.nanoTime() - began > indexedWithin.toNanos()) {
                        return Future.failedFuture(DeliveryException.away("Splunk has not indexed the events in time"));
                    }
                    Duration next = pause.multipliedBy(2);
                    return vertx.timer(pause.toMillis(), TimeUnit.MILLISECONDS)
                            .compose(again ->
                                    indexed(ackId, next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next, began));
                });
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    /** Without {@code ack}, Splunk may still lose what it has taken; it has said that it has it. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Asks whether the collector is well, and then posts nothing, to which it answers only if the token is right. */
    @Override
    public Future<Void> test() {
        return target.send(HttpMethod.GET, collector + "/health", headers, Buffer.buffer(), MAX_ANSWER)
                .compose(health -> health.isOk()
                        ? target.send(HttpMethod.POST, collector + "/event", headers, Buffer.buffer(), MAX_ANSWER)
                        : Future.failedFuture(SplunkAnswer.of(health).failure()))
                .map(SplunkAnswer::of)
                .compose(answer -> answer.missesData() || answer.http().isOk()
                        ? Future.succeededFuture()
                        : answer.refusal().compose(none -> Future.failedFuture(answer.failure())));
    }

    @Override
    public Future<Void> close() {
        return target.close();
    }
}
