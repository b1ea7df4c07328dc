package dev.sentinel.audit.http;

import dev.sentinel.audit.auth.Principal;
import io.vertx.ext.web.RoutingContext;

/** On whose behalf a request is made, as was found at the door. */
public final class Caller {
    private static final String KEY = "sentinel.caller";

    private Caller() {}

    /** Never null; throws {@link IllegalStateException} on a path that nobody guards. */
    public static Principal of(RoutingContext ctx) {
        Principal principal = ctx.get(KEY);
        if (principal == null) {
            throw new IllegalStateException("this path is not guarded");
        }
        return principal;
    }

    /** Remembers who it is for the handlers that follow. */
    public static void set(RoutingContext ctx, Principal principal) {
        ctx.put(KEY, principal);
    }
}
