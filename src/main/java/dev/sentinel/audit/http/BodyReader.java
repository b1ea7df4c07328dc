package dev.sentinel.audit.http;

import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.http.inflight.Reservation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies within bounds: memory is reserved before the body is read, the body must arrive within the
 * timeout, and the limit applies to decompressed bytes. Shared by all event loops.
 */
public final class BodyReader {
    /** Reserved at first for a body of unknown length. */
    private static final int INITIAL_BYTES = 64 * 1024;

    /** If the client may retry at once, a body up to this size is discarded, so that the connection stays open. */
    private static final int MAX_DISCARDED_BYTES = 1 << 20;

    private static final Problem GONE = new Problem(400, "The request ended before its body.");

    private final Vertx vertx;
    private final int maxBytes;
    private final Duration timeout;
    private final Budget budget;

    /**
     * @param maxBytes limit for a decompressed body
     * @param timeout limit for the arrival of a body
     * @param budget memory for all bodies together
     */
    public BodyReader(Vertx vertx, int maxBytes, Duration timeout, Budget budget) {
        this.vertx = vertx;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
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
        HttpServerRequest request = ctx.request();
        request.pause();
        boolean gzip;
        long declared;
        try {
            gzip = isGzip(request.getHeader(HttpHeaders.CONTENT_ENCODING));
            declared = declaredLength(request);
        } catch (ProblemException e) {
            return refuse(request, -1, e);
        }
        Reservation reservation = new Reservation(budget);
        // For a body of unknown length, the reservation grows as it arrives: a client that sends nothing must not hold
        // much.
        return admission
                .admit(gzip ? -1 : declared)
                .compose(admitted -> reservation.growTo(declared < 0 ? Math.min(INITIAL_BYTES, maxBytes) : declared))
                .compose(reserved ->
                        isGone(request) ? Future.failedFuture(GONE.asException()) : receive(request, reservation))
                .compose(content -> gzip ? inflate(content, reservation) : Future.succeededFuture(content))
                .map(content -> new Body(content, reservation::release))
                .recover(cause -> {
                    reservation.release();
                    return refuse(request, declared, cause);
                });
    }

    /** While the request waited for the budget, it had no close handler. */
    private static boolean isGone(HttpServerRequest request) {
        return request.response().closed();
    }

    private Future<Buffer> receive(HttpServerRequest request, Reservation reservation) {
        if (request.isEnded()) {
            // A request without a body may have ended while it waited for the budget.
            return Future.succeededFuture(Buffer.buffer());
        }
        Promise<Buffer> received = Promise.promise();
        Buffer content = Buffer.buffer((int) reservation.amount());
        long timer = vertx.setTimer(
                timeout.toMillis(),
                late -> received.tryFail(new Problem(408, "The request body did not arrive in time.").asException()));
        request.handler(chunk -> {
            long length = (long) content.length() + chunk.length();
            if (length > maxBytes) {
                received.tryFail(tooLarge());
            } else if (!received.future().isComplete()) {
                content.appendBuffer(chunk);
                if (length > reservation.amount()) {
                    request.pause();
                    reservation
                            .growTo(Math.min(2 * length, maxBytes))
                            .onSuccess(grown -> request.resume())
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
        return received.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** Reserves the size that the archive claims; if the claim is too low, reserves the maximum. */
    private Future<Buffer> inflate(Buffer compressed, Reservation reservation) {
        long claimed = Math.min(Gzip.claimedLength(compressed), maxBytes);
        return reservation
                .growTo(compressed.length() + claimed)
                .compose(reserved -> Gzip.inflate(vertx, compressed, (int) claimed))
                .recover(cause -> claimed < maxBytes && isTooLarge(cause)
                        ? reservation
                                .growTo(compressed.length() + (long) maxBytes)
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
                throw tooLarge();
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

    private ProblemException tooLarge() {
        return new Problem(413, "The body must not be larger than " + maxBytes + " bytes.").asException();
    }
}
