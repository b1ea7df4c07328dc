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

    /** The rate is measured over this time: a connection that pauses for a moment is not slow. */
    private static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    /** If the client may retry at once, a body up to this size is discarded, so that the connection stays open. */
    private static final int MAX_DISCARDED_BYTES = 1 << 20;

    private static final Problem GONE = new Problem(400, "The request ended before its body.");

    private final Vertx vertx;
    private final int maxBytes;
    private final Duration timeout;
    private final long minWindowBytes;
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
        this.minWindowBytes = minRate * RATE_WINDOW.toSeconds();
        this.budget = budget;
    }

    /** When a request was paused until there is memory for more of its body. */
    private static final class Pauses {
        private boolean paused;
        private boolean touched;

        void begin() {
            paused = true;
            touched = true;
        }

        void end() {
            paused = false;
        }

        /** Whether there was a pause since the last call. */
        boolean touchedLastWindow() {
            boolean was = touched;
            touched = paused;
            return was;
        }
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
        String client = Caller.client(ctx);
        Permit permit = budget.open(client);
        // Waits until there is memory for the whole body, but takes none: a client that sends nothing must hold
        // nothing.
        return admission
                .admit(gzip ? -1 : declared)
                .compose(admitted -> budget.await(client, Math.max(1, declared)))
                .compose(free ->
                        isGone(request) ? Future.failedFuture(GONE.asException()) : receive(request, declared, permit))
                .compose(content -> gzip ? inflate(content, permit) : Future.succeededFuture(content))
                .map(content -> new Body(content, permit::release))
                .recover(cause -> {
                    permit.release();
                    return refuse(request, declared, cause);
                });
    }

    /** While the request waited for the budget, it had no close handler. */
    private static boolean isGone(HttpServerRequest request) {
        return request.response().closed();
    }

    private Future<byte[]> receive(HttpServerRequest request, long declared, Permit permit) {
        if (request.isEnded()) {
            // A request without a body may have ended while it waited for the budget.
            return Future.succeededFuture(new byte[0]);
        }
        Promise<byte[]> received = Promise.promise();
        BodyBytes content = new BodyBytes();
        Pauses pauses = new Pauses();
        long most = declared < 0 ? maxBytes : declared;
        // Others that wait need not wait for a slow client.
        permit.onRevoke(() -> received.tryFail(new Overloaded("other clients need the memory")));
        long timer = vertx.setTimer(
                timeout.toMillis(),
                late -> received.tryFail(
                        new Problem(408, "The request body did not arrive in time (BODY_TIMEOUT).").asException()));
        // A small body holds little, so only the timeout limits it: timers cost more than it does.
        if (declared < 0 || declared > INITIAL_BYTES) {
            requireRate(content, pauses, received);
        }
        request.handler(chunk -> {
            long length = (long) content.length() + chunk.length();
            if (length > maxBytes) {
                received.tryFail(tooLarge());
            } else if (!received.future().isComplete()) {
                content.append(chunk);
                if (length > permit.amount()) {
                    request.pause();
                    pauses.begin();
                    // Twice as much each time, so that the number of reservations is logarithmic.
                    permit.growTo(Math.min(Math.max(2 * length, INITIAL_BYTES), most))
                            .onSuccess(grown -> {
                                pauses.end();
                                request.resume();
                            })
                            .onFailure(received::tryFail);
                }
            }
        });
        request.endHandler(end -> received.tryComplete(content.toArray()));
        request.exceptionHandler(cause -> received.tryFail(GONE.asException()));
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        return received.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            permit.onRevoke(null);
        });
    }

    /** A window in which the server itself has paused says nothing of the client. */
    private void requireRate(BodyBytes content, Pauses pauses, Promise<?> received) {
        long[] before = {0};
        long timer = vertx.setPeriodic(RATE_WINDOW.toMillis(), window -> {
            if (!pauses.touchedLastWindow() && content.length() - before[0] < minWindowBytes) {
                received.tryFail(new Problem(
                                408,
                                "The request body arrives too slowly: less than " + minWindowBytes + " bytes in "
                                        + RATE_WINDOW.toSeconds() + " seconds (MIN_BODY_RATE).")
                        .asException());
            }
            before[0] = content.length();
        });
        received.future().onComplete(done -> vertx.cancelTimer(timer));
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
