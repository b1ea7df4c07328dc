package dev.sentinel.audit.http;

import dev.sentinel.audit.keys.Principal;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** The authenticated principal of a request. */
public final class Caller {
    private static final String KEY = "sentinel.caller";

    private Caller() {}

    private record Known(Principal principal, String client, BooleanSupplier authorized) {}

    /** Whether the path has authentication. */
    public static boolean isKnown(RoutingContext ctx) {
        return ctx.get(KEY) != null;
    }

    /** Never null. Throws {@link IllegalStateException} on a path without authentication. */
    public static Principal of(RoutingContext ctx) {
        return known(ctx).principal;
    }

    /** The name under which limits and shares count the client of this request. */
    public static String client(RoutingContext ctx) {
        return known(ctx).client;
    }

    /**
     * Checks whether the caller would still be authenticated as the same principal. Long-running responses check it
     * regularly, since keys expire and are revoked. Any thread.
     */
    public static BooleanSupplier stillAuthorized(RoutingContext ctx) {
        return known(ctx).authorized;
    }

    private static Known known(RoutingContext ctx) {
        Known known = ctx.get(KEY);
        if (known == null) {
            throw new IllegalStateException("this path has no authentication");
        }
        return known;
    }

    /**
     * Stores the principal for the handlers that follow.
     *
     * @param client see {@link ClientAddress#client}
     * @param authorized whether the principal is still valid; called on any thread
     */
    public static void set(RoutingContext ctx, Principal principal, String client, BooleanSupplier authorized) {
        ctx.put(KEY, new Known(principal, client, authorized));
    }
}
