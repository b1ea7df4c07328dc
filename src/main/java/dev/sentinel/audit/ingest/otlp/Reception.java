package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.http.Beginning;
import dev.sentinel.audit.http.BodyFailedException;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.GzipContent;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.inflight.Permit;
import dev.sentinel.audit.ingest.Appender;
import dev.sentinel.audit.ingest.Client;
import dev.sentinel.audit.ingest.otlp.mapping.Counts;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest;
import dev.sentinel.audit.ingest.otlp.mapping.Sender;
import dev.sentinel.audit.ingest.otlp.wire.MalformedRequestException;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import dev.sentinel.audit.ingest.otlp.wire.TopLevel;
import dev.sentinel.audit.ingest.sources.Arrival;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Receives one request. A small body is decoded as a whole and stored at once. A large one is decoded by a thread of
 * its own while it arrives, and stored in parts, so that neither its bytes nor its events are in memory together; if it
 * fails in the middle, the exporter sends it again, and what is stored is not stored twice. Event loop, except where it
 * says worker.
 */
final class Reception {
    /** Larger bodies are decoded on a worker: they would delay all requests of their event loop. */
    private static final int INLINE_BYTES = 16 * 1024;

    private static final int GZIP_BUFFER = 16 * 1024;

    private final Receiver shared;
    private final RoutingContext ctx;
    private final Signal signal;
    private final Encoding encoding;
    private final Client client;
    private final Storing storing;
    private final Context context;
    private OtlpRequest request;

    Reception(Receiver shared, RoutingContext ctx, Signal signal, Encoding encoding, Client client, Appender appender) {
        this.shared = shared;
        this.ctx = ctx;
        this.signal = signal;
        this.encoding = encoding;
        this.client = client;
        this.storing = new Storing(shared.intake(), ctx, client, appender);
        this.context = shared.vertx().getOrCreateContext();
        this.request = begin();
    }

    private OtlpRequest begin() {
        return shared.mapper().begin(new Sender(ctx.request().getHeader("X-Sentinel-Agent"), client.id()));
    }

    /**
     * What a decoder has seen.
     *
     * @param bytes of the decompressed content
     * @param weight of the events that are not stored yet
     */
    private record Seen(TopLevel top, boolean looksLikeLogs, long bytes, long weight) {}

    void receive(Beginning body) {
        boolean large = !body.isComplete() || body.claimedLength() > shared.collectedBytes();
        // Within a future, so that a defect releases everything, too.
        Future.succeededFuture(body)
                .compose(begun -> large ? large(begun) : small(begun))
                .map(seen -> {
                    check(seen);
                    return seen;
                })
                .onComplete(done -> storing.release())
                .onComplete(done -> body.memory().release())
                .onSuccess(this::answer)
                .onFailure(cause -> {
                    if (!body.hasArrived() && !ctx.response().headWritten()) {
                        ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    }
                    ctx.fail(storing.answered(cause));
                });
    }

    private Future<Seen> small(Beginning body) {
        long timer = startTimeout();
        return decoded(body)
                .onFailure(refused -> chargeFor(refused, body.bytes().length))
                // The events stay until they are stored.
                .compose(seen -> body.memory()
                        .growTo(body.bytes().length + seen.weight)
                        .compose(held -> storing.takeBytes(seen.bytes))
                        .compose(taken -> storing.store(request.take()))
                        .map(seen))
                .onComplete(done -> shared.vertx().cancelTimer(timer))
                .recover(cause -> isLarger(cause) ? largeAfterAll(body) : failed(cause));
    }

    /** Decompresses no more than memory is held for: what an archive claims first, then the most. */
    private Future<Seen> decoded(Beginning body) {
        long most = shared.collectedBytes();
        if (!body.isGzip()) {
            return body.bytes().length <= INLINE_BYTES
                    ? Future.succeededFuture(body).compose(small -> decodeNow(small, most))
                    : decodeOnWorker(body, 0);
        }
        long claimed = body.claimedLength();
        return decodeOnWorker(body, claimed).recover(cause -> {
            if (claimed == most || !(cause instanceof MeasuredStream.TooLongException)) {
                return failed(cause);
            }
            request = begin();
            return decodeOnWorker(body, most);
        });
    }

    /** @param decompressed bytes of an archive, at most */
    private Future<Seen> decodeOnWorker(Beginning body, long decompressed) {
        return body.memory()
                .growTo(body.bytes().length + decompressed)
                .compose(held -> shared.vertx().executeBlocking(() -> decodeNow(body, decompressed), false))
                .compose(done -> done);
    }

    private static boolean isLarger(Throwable cause) {
        return cause instanceof MeasuredStream.TooLongException || cause instanceof Weight.TooHeavyException;
    }

    private static Future<Seen> failed(Throwable cause) {
        return Future.failedFuture(cause);
    }

    private Future<Seen> largeAfterAll(Beginning body) {
        request = begin();
        body.memory().shrinkTo(body.bytes().length);
        return large(body);
    }

    /**
     * Fails with an exception for which it {@link #isLarger} if the events or the content are not to be held at once.
     * Any thread.
     */
    private Future<Seen> decodeNow(Beginning body, long decompressed) {
        Weight weight = new Weight(request);
        Screening screening = new Screening(request, () -> weight.requireAtMost(shared.collectedBytes()));
        try {
            if (!body.isGzip()) {
                TopLevel top = encoding.decoder().decode(body.bytes(), signal, screening);
                return Future.succeededFuture(
                        new Seen(top, screening.looksLikeLogs(), body.bytes().length, weight.bytes()));
            }
            MeasuredStream content = new MeasuredStream(new GzipContent(body.stream(), GZIP_BUFFER), decompressed);
            TopLevel top = encoding.decoder().decode(content, signal, screening);
            return Future.succeededFuture(new Seen(top, screening.looksLikeLogs(), content.count(), weight.bytes()));
        } catch (MalformedRequestException e) {
            return Future.failedFuture(malformed(e, body.bytes()));
        } catch (MeasuredStream.TooLongException | Weight.TooHeavyException e) {
            return Future.failedFuture(e);
        } catch (IOException e) {
            return Future.failedFuture(notGzip());
        }
    }

    /** Takes a place, and memory for what is buffered and mapped, before it reads on. */
    private Future<Seen> large(Beginning body) {
        return shared.places()
                .take(Caller.client(ctx), 1)
                .compose(place -> body.memory()
                        .growTo(shared.collectedBytes())
                        .compose(held -> decodeWhileItArrives(body, place))
                        .onComplete(done -> place.release()));
    }

    private Future<Seen> decodeWhileItArrives(Beginning body, Permit place) {
        InputStream stream = body.stream();
        // Others that wait need not wait for a slow client.
        place.onRevoke(() -> body.abort(new Overloaded("other clients need the place")));
        return shared.workers()
                .executeBlocking(() -> decodeInParts(body, stream), false)
                .compose(done -> done);
    }

    /** Worker. */
    private Future<Seen> decodeInParts(Beginning body, InputStream stream) {
        try (stream) {
            return decodeInParts(
                    body,
                    new MeasuredStream(
                            body.isGzip() ? new GzipContent(stream, GZIP_BUFFER) : stream, shared.maxBodyBytes()));
        } catch (BodyFailedException e) {
            return Future.failedFuture(e.failure());
        } catch (IOException e) {
            return Future.failedFuture(notGzip());
        }
    }

    /** Worker. */
    private Future<Seen> decodeInParts(Beginning body, MeasuredStream content) {
        try {
            Parts parts = new Parts(request, client.maxBatch(), events -> store(content, events));
            Screening screening = new Screening(request, parts::storeIfMany);
            TopLevel top = encoding.decoder().decode(content, signal, screening);
            parts.storeAll();
            return Future.succeededFuture(new Seen(top, screening.looksLikeLogs(), content.count(), 0));
        } catch (MalformedRequestException e) {
            return refused(content, malformed(e, body.bytes()));
        } catch (MeasuredStream.TooLongException e) {
            return refused(
                    content,
                    new Problem(413, "The body must not be larger than " + shared.maxBodyBytes() + " bytes.")
                            .asException());
        } catch (BodyFailedException e) {
            return Future.failedFuture(e.failure());
        } catch (IOException e) {
            return refused(content, notGzip());
        } catch (Parts.StoppedException e) {
            return Future.failedFuture(e.reason());
        }
    }

    /** Worker; charges the client on the event loop, before the request fails. */
    private Future<Seen> refused(MeasuredStream content, ProblemException refusal) {
        context.runOnContext(now -> storing.charge(content.count()));
        return Future.failedFuture(refusal);
    }

    /** Worker; completes on the event loop. */
    private Future<Void> store(MeasuredStream content, List<AuditEvent> events) {
        return Parts.on(context, () -> {
            long timer = startTimeout();
            return storing.takeBytes(content.count())
                    .compose(taken -> storing.store(events))
                    .onComplete(done -> shared.vertx().cancelTimer(timer));
        });
    }

    /** The events stay in memory until the store has answered; the client does not wait for that. */
    private long startTimeout() {
        return shared.vertx()
                .setTimer(
                        shared.answerTimeout().toMillis(),
                        late -> ctx.fail(new Unavailable("the store did not answer in time")));
    }

    /** Overload is not the client's fault. */
    private void chargeFor(Throwable refused, int bytes) {
        if (refused instanceof ProblemException) {
            client.charge(bytes);
        }
    }

    private static ProblemException malformed(MalformedRequestException cause, byte[] beginning) {
        String hint = "";
        if (beginning.length > 1 && (beginning[0] & 0xFF) == 0x1F && (beginning[1] & 0xFF) == 0x8B) {
            hint = " It looks like gzip: such a body needs Content-Encoding: gzip.";
        } else if (beginning.length > 0
                && beginning[0] == '{'
                && cause.getMessage().contains("protobuf")) {
            hint = " It looks like JSON, whose Content-Type is application/json.";
        }
        return new Problem(400, cause.getMessage() + hint).asException();
    }

    private static ProblemException notGzip() {
        return new Problem(400, "The body is not valid gzip, or it is cut off.").asException();
    }

    /** Throws if nothing of the request could be meant for this path and this client. */
    private void check(Seen seen) {
        show();
        Counts counts = request.counts();
        storing.rejections().addAll(counts.rejected());
        storing.rejections().reasons().forEach(reason -> shared.intake().showRejection(ctx, client, reason));
        shared.metrics().count(signal, counts);
        shared.intake().reject(storing.rejections().count());
        Signal meant = seen.top.meant();
        if (!seen.top.found() && meant != null && meant != signal) {
            throw new Problem(
                            400,
                            "The body has the member " + meant.member() + "; its path is /v1/"
                                    + meant.name().toLowerCase(Locale.ROOT) + ".")
                    .asException();
        }
        if (seen.looksLikeLogs) {
            throw new Problem(400, "No span has an id: these look like log records; their path is /v1/logs.")
                    .asException();
        }
        storing.requireOwnAgents();
    }

    /** What the store said of the events is not known by producer: it counts for the one that sent the most. */
    private void show() {
        String protocol = "OTLP " + signal.name().toLowerCase(Locale.ROOT) + ", "
                + encoding.name().toLowerCase(Locale.ROOT);
        Map<String, Counts> producers = request.countsByProducer();
        String most = producers.entrySet().stream()
                .max(Comparator.comparingInt(producer -> producer.getValue().kept()))
                .map(Map.Entry::getKey)
                .orElse("");
        int refused = storing.rejections().count();
        producers.forEach((producer, counts) -> {
            boolean first = producer.equals(most);
            Arrival arrival = new Arrival(
                    counts.kept() - (first ? refused : 0),
                    first ? storing.duplicates() : 0,
                    first ? storing.conflicts() : 0,
                    OtlpMetrics.sum(counts.rejected().values()) + (first ? refused : 0),
                    counts.ignored());
            shared.intake().show(ctx, client, protocol, producer, arrival);
        });
    }

    private void answer(Seen seen) {
        String message = storing.rejections().message();
        if (!seen.top.found() && seen.top.meant() == signal) {
            message = "The body has no member " + signal.member()
                    + ", but one of a similar name. The names of OTLP are in camel case: did you mean "
                    + signal.member() + "?";
        }
        send(ctx, encoding, encoding.success(signal, storing.rejections().count(), message));
    }

    static void send(RoutingContext ctx, Encoding encoding, Buffer body) {
        if (!ctx.response().ended() && !ctx.response().closed()) {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, encoding.mediaType())
                    .end(body)
                    .otherwiseEmpty();
        }
    }
}
