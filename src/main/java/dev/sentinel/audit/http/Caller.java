package dev.sentinel.audit.http;

import dev.sentinel.audit.keys.Principal;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** On whose behalf a request is made, as was found at the door. */
public final class Caller {
    private static final String KEY = "sentinel.caller";

    private Caller() {}

    private record Known(Principal principal, BooleanSupplier authorized) {}

    /** Never null; throws {@link IllegalStateException} on a path that nobody guards. */
    public static Principal of(RoutingContext ctx) {
        return known(ctx).principal;
    }

    /**
     * Tells whether the caller would be let in again, as the same: what outlasts a request by far asks it now and then,
     * since keys expire and are revoked. Any thread.
     */
    public static BooleanSupplier stillAuthorized(RoutingContext ctx) {
        return known(ctx).authorized;
    }

    private static Known known(RoutingContext ctx) {
        Known known = ctx.get(KEY);
        if (known == null) {
            throw new IllegalStateException("this path is not guarded");
        }
        return known;
    }

    /**
     * Remembers who it is for the handlers that follow.
     *
     * @param authorized whether that is still so, on any thread
     */
    public static void set(RoutingContext ctx, Principal principal, BooleanSupplier authorized) {
        ctx.put(KEY, new Known(principal, authorized));
    }
}
