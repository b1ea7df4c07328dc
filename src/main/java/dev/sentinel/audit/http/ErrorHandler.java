package dev.sentinel.audit.http;

import dev.sentinel.audit.failure.ClientGone;
import dev.sentinel.audit.failure.Failure;
import dev.sentinel.audit.failure.Overloaded;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place where a failure becomes a status. {@link Problem}s are sent unchanged; an overloaded store is 503 with
 * Retry-After 1, an unavailable one 503 with Retry-After 5; refusals of the router keep their status; anything else is
 * 500 and an ERROR line. Event loop.
 */
final class ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandler.class);

    private static final int[] REFUSALS = {400, 401, 403, 406, 408, 409, 413, 414, 415, 422, 429, 431, 503};

    private ErrorHandler() {}

    /** Makes the router answer all errors with problems. Must be called after all routes are mounted. */
    static void mount(Router router, PublicPath paths, List<ProblemFormat> formats) {
        AllowedMethods allowed = AllowedMethods.of(router);
        Answers answers = new Answers(formats, new FailureLog(LOG));
        router.errorHandler(500, ctx -> answers.handle(ctx, 500));
        for (int status : REFUSALS) {
            router.errorHandler(status, ctx -> answers.handle(ctx, status));
        }
        Problem nothing = nothing(paths.of("/docs"));
        router.errorHandler(404, ctx -> {
            if (ctx.failure() == null) {
                answers.send(ctx, nothing);
            } else {
                answers.handle(ctx, 404);
            }
        });
        router.errorHandler(405, ctx -> {
            ctx.response().putHeader(HttpHeaders.ALLOW, allowed.at(ctx.normalizedPath()));
            answers.handle(ctx, 405);
        });
        router.route().failureHandler(ctx -> answers.handle(ctx, ctx.statusCode()));
    }

    /** Answers failures on one event loop. */
    private record Answers(List<ProblemFormat> formats, FailureLog failures) {
        /** Sends the problem; the status is used if no exception is more specific. */
        void handle(RoutingContext ctx, int status) {
            Throwable failure = ctx.failure();
            Problem problem = isRefusalOfFramework(ctx, failure) ? refused(400) : problem(failure, status);
            if (problem.status() == 500 && failure != null) {
                failures.failed(ctx.request().method().name(), route(ctx), failure, System.nanoTime());
            }
            send(ctx, problem);
        }

        void send(RoutingContext ctx, Problem problem) {
            ProblemFormat.Written written = formats.stream()
                    .map(format -> format.write(ctx, problem))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseGet(() -> ProblemWriter.written(problem));
            if (written.status() == 503 && !ctx.response().headWritten()) {
                ctx.response().putHeader("Retry-After", ctx.failure() instanceof Overloaded ? "1" : "5");
            }
            ProblemWriter.send(ctx.response(), written);
        }
    }

    /** The router itself failed, before any of our routes: the request is broken in a way that we do not know yet. */
    private static boolean isRefusalOfFramework(RoutingContext ctx, @Nullable Throwable failure) {
        boolean ours = ctx.currentRoute() != null && ctx.currentRoute().getPath() != null;
        return !ours && (failure instanceof VertxException || failure instanceof IllegalArgumentException);
    }

    private static Problem problem(@Nullable Throwable failure, int status) {
        if (failure instanceof ProblemException known) {
            return known.problem();
        }
        if (failure instanceof Overloaded) {
            return new Problem(503, "The server is overloaded. No event of this request was stored. Retry later.");
        }
        if (failure instanceof ClientGone) {
            return new Problem(408, "The client closed the connection before the answer.");
        }
        if (failure instanceof Failure || failure instanceof ReplyException) {
            return new Problem(
                    503, "The store is unavailable. Retry later; events that are already stored are not stored twice.");
        }
        if (failure instanceof HttpException refused) {
            return refused(refused.getStatusCode());
        }
        return failure == null && status > 0 ? refused(status) : refused(500);
    }

    static Problem refused(int status) {
        return switch (status) {
            case 400 -> new Problem(400, "The request is not valid HTTP, or its URL is malformed.");
            case 404 -> nothing("/docs");
            case 405 ->
                new Problem(405, "This path does not support this method. The Allow header lists the supported ones.");
            case 414 -> new Problem(414, "The URL is too long.");
            case 431 -> new Problem(431, "The request headers are too large.");
            case 500 -> new Problem(500, "Internal error. The server log has the cause.");
            default -> new Problem(status, HttpResponseStatus.valueOf(status).reasonPhrase() + ".");
        };
    }

    private static Problem nothing(String docs) {
        return new Problem(404, "Nothing exists at this path. GET " + docs + " lists the API.");
    }

    private static String route(RoutingContext ctx) {
        return ctx.currentRoute() == null
                ? "none"
                : String.valueOf(ctx.currentRoute().getPath());
    }

    /** Answers a request that could not be parsed. */
    static void invalidRequest(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = 400;
        if (cause instanceof TooLongHttpLineException) {
            status = 414;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = 431;
        }
        refuse(request, refused(status));
    }

    /** Answers a request that must not be routed, and closes its connection: what follows cannot be trusted. */
    static void refuse(HttpServerRequest request, Problem problem) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        ProblemWriter.send(request.response(), problem);
        request.connection().close();
    }
}
