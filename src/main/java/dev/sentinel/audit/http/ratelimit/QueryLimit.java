package dev.sentinel.audit.http.ratelimit;

import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/**
 * Counts queries against the limit of their client: a query counts as one event, and so does a change of keys, views or
 * destinations; an export counts as ten, since it writes acts and reads without end. Must be mounted after
 * authentication and before the queries.
 */
public final class QueryLimit implements ApiResource {
    private static final String EXPORT_PATH = "/v1/events/export";
    private static final int EXPORT = 10;

    private static final Set<HttpMethod> CHANGES = Set.of(HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    /** Each change is a write to the disk, and an act in the log. */
    private static final List<String> CHANGED = List.of("/v1/keys", "/v1/views", "/v1/destinations");

    private final RateLimiter limiter;

    public QueryLimit(RateLimiter limiter) {
        this.limiter = limiter;
    }

    @Override
    public void mount(Router router) {
        // For all methods: with a route of its own for GET, an unknown path would seem to exist (405).
        router.route("/v1/*").handler(this::limit);
        router.route("/log/*").handler(this::limit);
    }

    private void limit(RoutingContext ctx) {
        if (HttpMethod.GET.equals(ctx.request().method()) || isChange(ctx)) {
            admit(ctx, isExport(ctx.normalizedPath()) ? EXPORT : 1);
        } else {
            ctx.next();
        }
    }

    /** What only readers and administrators send. Requests with events count their events themselves. */
    private static boolean isChange(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        boolean posts = HttpMethod.POST.equals(method);
        return CHANGES.contains(method) || (posts && CHANGED.stream().anyMatch(ctx.normalizedPath()::startsWith));
    }

    /** Like routes, which ignore a slash at the end. */
    private static boolean isExport(String path) {
        return path.equals(EXPORT_PATH) || path.equals(EXPORT_PATH + "/");
    }

    private void admit(RoutingContext ctx, int cost) {
        Allowance allowance = Caller.isKnown(ctx)
                ? limiter.queries(ctx.request(), Caller.of(ctx))
                : limiter.publicQueries(ctx.request());
        if (allowance == null) {
            ctx.next();
            return;
        }
        // A limit below ten must not make exports impossible.
        int affordable = Math.min(cost, allowance.limit().events());
        allowance.take(affordable).onSuccess(admitted -> {
            if (!ctx.response().headWritten() && !ctx.response().closed()) {
                answer(ctx, allowance, affordable, admitted);
            }
        });
    }

    private static void answer(RoutingContext ctx, Allowance allowance, int cost, boolean admitted) {
        ctx.response().putHeader("RateLimit-Policy", allowance.policyField()).putHeader("RateLimit", allowance.field());
        if (admitted) {
            ctx.next();
            return;
        }
        long wait = Allowance.ceilSeconds(allowance.untilAvailable(cost));
        ctx.response().putHeader("Retry-After", Long.toString(Math.max(1, wait)));
        ctx.fail(new Problem(
                        429,
                        "The limit is " + allowance.limit() + ", and it counts queries too (an export counts as ten)."
                                + " Retry later.")
                .asException());
    }
}
