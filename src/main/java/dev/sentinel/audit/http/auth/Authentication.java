package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.keys.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits requests with a token that has the needed scope (RFC 6750), or all requests if authentication is off. Read
 * requests may send the token in the cookie of {@link SessionResource}. Must be mounted before the routes it guards.
 */
public final class Authentication implements ApiResource {
    private static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    private static final String SCHEME = "bearer ";
    private static final String CHALLENGE = "Bearer realm=\"sentinel\"";
    private static final String NO_SCOPE = "scope";

    private final AuthConfig config;
    private final CurrentKeys keys;
    private final ClientAddress addresses;
    private final Set<String> forAnyKey;
    private final Clock clock;
    private final Map<String, Counter> refused = new TreeMap<>();

    /**
     * Creates the guard.
     *
     * @param forAnyKey paths below {@code /v1} that a key may read whatever its scopes
     * @param registry for the count of refusals by reason
     */
    public Authentication(
            AuthConfig config,
            CurrentKeys keys,
            ClientAddress addresses,
            Set<String> forAnyKey,
            Clock clock,
            MeterRegistry registry) {
        this.config = config;
        this.keys = keys;
        this.addresses = addresses;
        this.forAnyKey = forAnyKey;
        this.clock = clock;
        for (Verdict.Refused reason : Verdict.Refused.values()) {
            count(reason.name().toLowerCase(Locale.ROOT), registry);
        }
        count(NO_SCOPE, registry);
    }

    private void count(String reason, MeterRegistry registry) {
        refused.put(
                reason,
                Counter.builder("sentinel.auth.refused")
                        .description("Requests refused by authentication, by reason.")
                        .tag("reason", reason)
                        .register(registry));
    }

    @Override
    public void mount(Router router) {
        router.route("/v1/*")
                .handler(ctx -> guard(ctx, HttpMethod.POST.equals(ctx.request().method()) ? Scope.INGEST : Scope.READ));
        router.route("/metrics").handler(this::guardMetrics);
    }

    private void guard(RoutingContext ctx, Scope needed) {
        if (config.isOpen(keys.ring())) {
            enter(ctx, Principal.ANYONE, () -> config.isOpen(keys.ring()));
            return;
        }
        String token = token(ctx);
        // A browser sends its cookie automatically, so a cookie must never be enough to change anything.
        boolean session = token == null && needed == Scope.READ;
        String shown = session ? SessionCookie.read(ctx.request()) : token;
        Verdict verdict = verify(shown);
        if (verdict instanceof Verdict.Accepted accepted) {
            Principal principal = accepted.principal();
            pass(
                    ctx,
                    session && principal.has(Scope.READ) ? principal.readOnly() : principal,
                    needed,
                    () -> accepted.equals(verify(shown)));
        } else {
            refuse(ctx, (Verdict.Refused) verdict);
        }
    }

    private Verdict verify(@Nullable String token) {
        return keys.ring().verify(token, Instant.now(clock));
    }

    private void pass(RoutingContext ctx, Principal principal, Scope needed, BooleanSupplier still) {
        String id = principal.id();
        if (id != null) {
            keys.use(id, clock.millis());
        }
        if (principal.has(needed)
                || (needed == Scope.READ && forAnyKey.contains(ctx.request().path()))) {
            enter(ctx, principal, still);
            return;
        }
        refused.get(NO_SCOPE).increment();
        ctx.response()
                .putHeader(
                        WWW_AUTHENTICATE,
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"" + needed.wireName() + "\"");
        ctx.fail(new Problem(403, "This key lacks the scope \"" + needed.wireName() + "\". Use a key that has it.")
                .asException());
    }

    private void enter(RoutingContext ctx, Principal principal, BooleanSupplier still) {
        Caller.set(ctx, principal, addresses.client(ctx.request(), principal), still);
        ctx.next();
    }

    private void refuse(RoutingContext ctx, Verdict.Refused reason) {
        refused.get(reason.name().toLowerCase(Locale.ROOT)).increment();
        boolean missing = reason == Verdict.Refused.MISSING;
        ctx.response().putHeader(WWW_AUTHENTICATE, missing ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"");
        String detail =
                switch (reason) {
                    case MISSING -> "A token is required, in the header Authorization: Bearer.";
                    case UNKNOWN -> "The token is unknown.";
                    case EXPIRED -> "The key has expired.";
                    case REVOKED -> "The key has been revoked.";
                };
        ctx.fail(new Problem(401, detail).asException());
    }

    /** Admits a Prometheus on this machine, one with the metrics token, and any key with the scope read. */
    private void guardMetrics(RoutingContext ctx) {
        TokenHash own = config.metricsToken();
        String token = token(ctx);
        boolean valid = own != null && token != null && own.matches(TokenHash.of(token));
        if (valid || addresses.isThisMachine(ctx.request())) {
            ctx.next();
        } else {
            guard(ctx, Scope.READ);
        }
    }

    private static @Nullable String token(RoutingContext ctx) {
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }
}
