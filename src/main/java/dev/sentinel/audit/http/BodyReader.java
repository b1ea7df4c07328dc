package dev.sentinel.audit.http;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies within bounds: memory is reserved as the body arrives, so that a client holds only what it has
 * sent; the body must arrive within the timeout and at a minimum rate; and the limit applies to decompressed bytes.
 * Shared by all event loops.
 */
public final class BodyReader {
    /** Reserved for the first bytes of a body, so that a small body reserves once. */
    private static final int INITIAL_BYTES = 4 * 1024;

    /** If the client may retry at once, a body up to this size is discarded, so that the connection stays open. */
    private static final int MAX_DISCARDED_BYTES = 1 << 20;

    static final Problem GONE = new Problem(400, "The request ended before its body.");

    private final Vertx vertx;
    private final int maxBytes;
    private final Duration timeout;
    private final long minRate;
    private final Budget budget;

    /**
     * @param maxBytes limit for a decompressed body
     * @param timeout limit for the arrival of a body
     * @param minRate bytes per second that a client must send; 0 for any rate
     * @param budget memory for all bodies together
     */
    public BodyReader(Vertx vertx, int maxBytes, Duration timeout, long minRate, Budget budget) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.minRate = minRate;
        this.budget = budget;
    }

    /** Decides whether a body is read at all, before any resources are used for it. */
    @FunctionalInterface
    public interface Admission {
        /**
         * Completes if the body may be read; fails if not.
         *
         * @param bytes size of the decompressed body; -1 if unknown
         */
        Future<Void> admit(long bytes);
    }

    /**
     * Reads the body of a request whose handlers are not set yet. Fails with a {@link ProblemException} or with the
     * failure of the admission or the budget. The connection is then closed after the client has had time to read the
     * answer, unless the client may simply retry.
     */
    public Future<Body> read(RoutingContext ctx, Admission admission) {
        return begin(
                ctx,
                admission,
                maxBytes,
                (request, head, permit) -> receive(request, head.declared, permit, maxBytes)
                        .map(BodyBytes::toArray)
                        .compose(content -> head.gzip ? inflate(content, permit) : Future.succeededFuture(content))
                        .map(content -> new Body(content, permit::release)));
    }

    /**
     * Reads a body as it was sent, compressed or not, or the beginning of one that is larger. Fails like {@link #read};
     * the limit applies to the bytes as they were sent, and the caller bounds what it decompresses.
     *
     * @param most bytes up to which a body is read completely
     * @param beginning bytes to be read of a body that is known to be larger; fewer than most
     */
    public Future<Beginning> readBeginning(RoutingContext ctx, Admission admission, int most, int beginning) {
        return begin(ctx, admission, most, (request, head, permit) -> {
            int wanted = head.declared > most ? beginning : most;
            return receive(request, head.declared, permit, wanted).map(content -> {
                byte[] bytes = content.toArray();
                return new Beginning(
                        bytes,
                        head.gzip,
                        permit,
                        content.length() <= wanted
                                ? null
                                : () -> new BodyPipe(vertx, request, bytes, maxBytes, timeout, minRate));
            });
        });
    }

    /**
     * Reads a body within the limit and at the rate of all bodies, and keeps nothing of it. Fails like {@link #read}.
     */
    public Future<Void> discard(HttpServerRequest request) {
        if (request.isEnded()) {
            return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        long[] received = {0};
        Pace pace = new Pace(vertx, timeout, minRate, () -> received[0], done::tryFail);
        pace.start();
        pace.requireRate();
        request.handler(chunk -> {
            received[0] += chunk.length();
            if (received[0] > maxBytes) {
                done.tryFail(tooLarge(maxBytes));
            }
        });
        request.endHandler(end -> done.tryComplete());
        request.exceptionHandler(cause -> done.tryFail(GONE.asException()));
        return done.future().onComplete(end -> pace.stop()).recover(cause -> refuse(request, -1, cause));
    }

    /**
     * What the head of a request says of its body.
     *
     * @param declared the length; -1 if unknown
     */
    private record HeadOfBody(boolean gzip, long declared) {}

    @FunctionalInterface
    private interface Reading<T> {
        Future<T> read(HttpServerRequest request, HeadOfBody head, Permit permit);
    }

    private <T> Future<T> begin(RoutingContext ctx, Admission admission, int most, Reading<T> reading) {
        HttpServerRequest request = ctx.request();
        request.pause();
        HeadOfBody head;
        try {
            head = new HeadOfBody(isGzip(request.getHeader(HttpHeaders.CONTENT_ENCODING)), declaredLength(request));
        } catch (ProblemException e) {
            return refuse(request, -1, e);
        }
        String client = Caller.client(ctx);
        Permit permit = budget.open(client);
        // Waits until there is memory for the whole body, but takes none: a client that sends nothing must hold
        // nothing.
        return admission
                .admit(head.gzip ? -1 : head.declared)
                .compose(admitted -> budget.await(client, Math.max(1, Math.min(head.declared, most))))
                .compose(free ->
                        isGone(request) ? Future.failedFuture(GONE.asException()) : reading.read(request, head, permit))
                .recover(cause -> {
                    permit.release();
                    return refuse(request, head.declared, cause);
                });
    }

    /** While the request waited for the budget, it had no close handler. */
    private static boolean isGone(HttpServerRequest request) {
        return request.response().closed();
    }

    /** Reads a body up to this size; of a larger one a little more, and pauses it. */
    private Future<BodyBytes> receive(HttpServerRequest request, long declared, Permit permit, int wanted) {
        BodyBytes content = new BodyBytes();
        if (request.isEnded()) {
            // A request without a body may have ended while it waited for the budget.
            return Future.succeededFuture(content);
        }
        Promise<BodyBytes> received = Promise.promise();
        Pace pace = new Pace(vertx, timeout, minRate, content::length, received::tryFail);
        long most = declared < 0 ? wanted : Math.min(declared, wanted);
        // Others that wait need not wait for a slow client.
        permit.onRevoke(() -> received.tryFail(new Overloaded("other clients need the memory")));
        pace.start();
        // A small body holds little, so only the timeout limits it: timers cost more than it does.
        if (declared < 0 || declared > INITIAL_BYTES) {
            pace.requireRate();
        }
        request.handler(chunk -> {
            long length = (long) content.length() + chunk.length();
            if (length > maxBytes) {
                received.tryFail(tooLarge(maxBytes));
            } else if (!received.future().isComplete()) {
                content.append(chunk);
                if (length > wanted) {
                    request.pause();
                    received.complete(content);
                } else if (length > permit.amount()) {
                    request.pause();
                    pace.pause();
                    // Twice as much each time, so that the number of reservations is logarithmic.
                    permit.growTo(Math.min(Math.max(2 * length, INITIAL_BYTES), most))
                            .onSuccess(grown -> {
                                pace.resume();
                                request.resume();
                            })
                            .onFailure(received::tryFail);
                }
            }
        });
        request.endHandler(end -> received.tryComplete(content));
        request.exceptionHandler(cause -> received.tryFail(GONE.asException()));
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        return received.future().onComplete(done -> {
            pace.stop();
            permit.onRevoke(null);
        });
    }

    /** Reserves the size that the archive claims; if the claim is too low, reserves the maximum. */
    private Future<byte[]> inflate(byte[] compressed, Permit permit) {
        long claimed = Math.min(Gzip.claimedLength(compressed), maxBytes);
        return permit.growTo(compressed.length + claimed)
                .compose(reserved -> Gzip.inflate(vertx, compressed, (int) claimed))
                .recover(cause -> claimed < maxBytes && isTooLarge(cause)
                        ? permit.growTo(compressed.length + (long) maxBytes)
                                .compose(reserved -> Gzip.inflate(vertx, compressed, maxBytes))
                        : Future.failedFuture(cause));
    }

    private static boolean isTooLarge(Throwable cause) {
        return cause instanceof ProblemException known && known.problem().status() == 413;
    }

    /** The unread rest of a body cannot be distinguished from the next request, so the connection must close. */
    private static <T> Future<T> refuse(HttpServerRequest request, long declared, Throwable cause) {
        boolean retryable = cause instanceof Failure && declared >= 0 && declared <= MAX_DISCARDED_BYTES;
        if (!request.isEnded() && !retryable) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        return Future.failedFuture(cause);
    }

    private long declaredLength(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (header == null) {
            return -1;
        }
        try {
            long length = Long.parseLong(header.strip());
            if (length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            return length;
        } catch (NumberFormatException e) {
            throw new Problem(400, "Content-Length is not a number.").asException();
        }
    }

    private static boolean isGzip(@Nullable String encoding) {
        if (encoding == null) {
            return false;
        }
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw new Problem(415, "Content-Encoding must be gzip or none.").asException();
        };
    }

    static ProblemException tooLarge(long maxBytes) {
        return new Problem(413, "The body must not be larger than " + maxBytes + " bytes.").asException();
    }
}
