package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemFormat;
import dev.sentinel.audit.http.PublicPath;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Errors as exporters understand them: a {@code google.rpc.Status} in the encoding of the request, and 503 for what may
 * pass, because after any other status but 429, 502 and 504 the batch is lost. A path that is almost one of OTLP is
 * answered with the right one: exporters append it to their base URL, or not. Any thread.
 */
final class OtlpErrors implements ProblemFormat {
    static final List<String> PATHS = List.of("/v1/traces", "/v1/logs", "/v1/metrics");

    private final PublicPath paths;

    OtlpErrors(PublicPath paths) {
        this.paths = paths;
    }

    @Override
    public @Nullable Written write(RoutingContext ctx, Problem problem) {
        String path = path(ctx);
        Encoding encoding = Encoding.of(ctx.request().getHeader(HttpHeaders.CONTENT_TYPE));
        boolean post = HttpMethod.POST.equals(ctx.request().method());
        if (path == null) {
            return null;
        }
        if (PATHS.contains(path)) {
            return post || encoding == Encoding.PROTOBUF ? written(encoding, problem) : null;
        }
        String hint = post ? hint(path) : null;
        if (hint == null) {
            return null;
        }
        return problem.status() == 404 || problem.status() == 405
                ? written(encoding, new Problem(404, hint))
                : written(encoding, problem);
    }

    /** Null if it is malformed, which may be the problem. */
    private static @Nullable String path(RoutingContext ctx) {
        try {
            String path = ctx.normalizedPath();
            return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The right path for a request to one that an exporter has made of ours; null for any other request. */
    @Nullable
    String hint(RoutingContext ctx) {
        String path = path(ctx);
        return path == null || PATHS.contains(path) ? null : hint(path);
    }

    /** Null for a path that no exporter has made of ours. */
    private @Nullable String hint(String path) {
        for (String right : PATHS) {
            if (path.endsWith(right)) {
                return "Nothing exists at this path; the path is " + paths.of(right)
                        + ". OTEL_EXPORTER_OTLP_ENDPOINT is the address of this server without it.";
            }
        }
        return path.equals("/") || path.equals("/v1")
                ? "Nothing is received at this path. OTLP is received at " + paths.of("/v1/traces") + " and "
                        + paths.of("/v1/logs") + "; an endpoint of one signal must have its path."
                : null;
    }

    private static Written written(@Nullable Encoding encoding, Problem problem) {
        Encoding known = encoding == null ? Encoding.JSON : encoding;
        int status = problem.status() == 408 || problem.status() >= 500 ? 503 : problem.status();
        return new Written(status, known.mediaType(), known.status(problem.detail()));
    }
}
