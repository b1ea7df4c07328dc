package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.failure.Unavailable;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.ClientAddress;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.SessionChange;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.keys.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits requests with a token that has the needed scope (RFC 6750), or all requests if authentication is off. Read
 * requests may send the token in the cookie of {@link SessionResource}. Must be mounted before the routes it guards.
 */
public final class Authentication implements ApiResource {
    private static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    private static final String SCHEME = "bearer ";
    private static final String ENCODED_SCHEME = "bearer%20";

    /** Some exporters can send it only in this header. */
    private static final String API_KEY = "x-api-key";

    private static final String CHALLENGE = "Bearer realm=\"sentinel\"";
    private static final String NO_SCOPE = "scope";
    private static final String NOT_LOCAL = "not_local";
    private static final String THROTTLED = "throttled";
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(5);

    private static final String LOG_ENTRIES = "/log/tile/entries";

    private final AuthConfig config;
    private final OpenServer open;
    private final CurrentKeys keys;
    private final ClientAddress addresses;
    private final WrongTokens wrong;
    private final Set<String> forAnyKey;
    private final Set<String> forReaders;
    private final boolean publicLog;
    private final Clock clock;
    private final Map<String, Counter> refused = new TreeMap<>();

    /**
     * Creates the guard.
     *
     * @param origins of web pages that may use a server without authentication; {@code *} for all
     * @param wrong shared with {@link SessionResource}
     * @param forAnyKey paths below {@code /v1} that a key may read whatever its scopes
     * @param forReaders paths below {@code /v1} to which a key with the scope {@code read} may post
     * @param publicLog whether the hashes of the signed log need no token
     * @param registry for the count of refusals by reason
     */
    public Authentication(
            AuthConfig config,
            List<String> origins,
            CurrentKeys keys,
            ClientAddress addresses,
            WrongTokens wrong,
            Set<String> forAnyKey,
            Set<String> forReaders,
            boolean publicLog,
            Clock clock,
            MeterRegistry registry) {
        this.config = config;
        this.open = new OpenServer(config, origins);
        this.keys = keys;
        this.addresses = addresses;
        this.wrong = wrong;
        this.forAnyKey = forAnyKey;
        this.forReaders = forReaders;
        this.publicLog = publicLog;
        this.clock = clock;
        for (Verdict.Refused reason : Verdict.Refused.values()) {
            count(reason.name().toLowerCase(Locale.ROOT), registry);
        }
        count(NO_SCOPE, registry);
        count(NOT_LOCAL, registry);
        count(THROTTLED, registry);
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
        router.route("/v1/*").handler(ctx -> guard(ctx, needed(ctx)));
        // What the hashes of a public log leak is how many events there are. Its entries are events.
        router.route("/log/*").handler(ctx -> {
            if (publicLog && !ctx.normalizedPath().startsWith(LOG_ENTRIES)) {
                ctx.next();
            } else {
                guard(ctx, Scope.READ);
            }
        });
        router.route("/metrics").handler(this::guardMetrics);
    }

    private Scope needed(RoutingContext ctx) {
        return HttpMethod.POST.equals(ctx.request().method()) && !forReaders.contains(path(ctx))
                ? Scope.INGEST
                : Scope.READ;
    }

    /** As routes see it, which decode it and ignore a slash at the end. */
    private static String path(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private void guard(RoutingContext ctx, Scope needed) {
        if (config.isOpen(keys.ring())) {
            Problem refusal = open.refusal(ctx.request());
            if (refusal == null) {
                enter(ctx, Principal.ANYONE, () -> config.isOpen(keys.ring()));
            } else {
                refuse(ctx, NOT_LOCAL, refusal);
            }
            return;
        }
        String token = token(ctx);
        Problem unseen = wrong.refuseUnseen(ctx.request(), token);
        if (unseen != null) {
            refuse(ctx, THROTTLED, unseen);
            return;
        }
        String cookie = token == null ? SessionCookie.read(ctx.request()) : null;
        if (cookie == null) {
            decide(ctx, needed, () -> keys.ring().verify(token, Instant.now(clock)));
        } else {
            guardSession(ctx, needed, cookie);
        }
    }

    /** Another server may have begun the session a moment ago; a request without a body can wait for a look. */
    private void guardSession(RoutingContext ctx, Scope needed, String cookie) {
        Supplier<Verdict> verdict = () -> session(ctx.request(), needed, cookie);
        if (!isRead(ctx.request()) || verdict.get() != Verdict.Refused.NO_SESSION) {
            decide(ctx, needed, verdict);
            return;
        }
        SessionChange.ADDRESS
                .request(ctx.vertx().eventBus(), new SessionChange.LookAgain(), LOOK_TIMEOUT)
                .onComplete(
                        looked -> decide(ctx, needed, verdict),
                        cause -> ctx.fail(new Unavailable("sessions cannot be read", cause)));
    }

    /**
     * A browser sends its cookie automatically, also for pages of other ports of this host. So the cookie allows
     * reading only; a change also needs the value that only the page has that signed in, and the browser's word that a
     * page of this server makes it.
     */
    private Verdict session(HttpServerRequest request, Scope needed, String cookie) {
        Verdict verdict = keys.ring().verifySession(cookie, Instant.now(clock));
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            return verdict;
        }
        Principal principal = accepted.principal();
        String page = request.getHeader(SessionResource.PAGE_HEADER);
        if (page == null || !isChangeByItsPage(request, page, cookie)) {
            return needed == Scope.READ && isRead(request) && principal.has(Scope.READ)
                    ? new Verdict.Accepted(principal.readOnly())
                    : Verdict.Refused.MISSING;
        }
        return verdict;
    }

    private static boolean isRead(HttpServerRequest request) {
        return HttpMethod.GET.equals(request.method()) || HttpMethod.HEAD.equals(request.method());
    }

    private boolean isChangeByItsPage(HttpServerRequest request, String page, String cookie) {
        return SameOrigin.isStated(request)
                && SameOrigin.holds(request)
                && keys.ring().isPageOf(page, cookie);
    }

    /** @param verdict asked now, and again as long as the request lasts */
    private void decide(RoutingContext ctx, Scope needed, Supplier<Verdict> verdict) {
        Verdict now = verdict.get();
        if (now instanceof Verdict.Accepted accepted) {
            pass(ctx, accepted.principal(), needed, () -> accepted.equals(verdict.get()));
        } else {
            refuse(ctx, (Verdict.Refused) now);
        }
    }

    private void pass(RoutingContext ctx, Principal principal, Scope needed, BooleanSupplier still) {
        String id = principal.id();
        if (id != null) {
            keys.use(id, clock.millis());
        }
        if (principal.has(needed) || (needed == Scope.READ && forAnyKey.contains(path(ctx)))) {
            enter(ctx, principal, still);
            return;
        }
        ctx.response()
                .putHeader(
                        WWW_AUTHENTICATE,
                        CHALLENGE + ", error=\"insufficient_scope\", scope=\"" + needed.wireName() + "\"");
        refuse(
                ctx,
                NO_SCOPE,
                new Problem(403, "This key lacks the scope \"" + needed.wireName() + "\". Use a key that has it."));
    }

    private void enter(RoutingContext ctx, Principal principal, BooleanSupplier still) {
        Caller.set(ctx, principal, addresses.client(ctx.request(), principal), still);
        ctx.next();
    }

    private void refuse(RoutingContext ctx, String reason, Problem problem) {
        refused.get(reason).increment();
        ctx.fail(problem.asException());
    }

    private void refuse(RoutingContext ctx, Verdict.Refused reason) {
        Problem tooMany = wrong.refuseWrong(ctx.request(), reason);
        if (tooMany != null) {
            refuse(ctx, THROTTLED, tooMany);
            return;
        }
        boolean missing = reason == Verdict.Refused.MISSING;
        ctx.response().putHeader(WWW_AUTHENTICATE, missing ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"");
        String detail =
                switch (reason) {
                    case MISSING -> missing(ctx);
                    case UNKNOWN -> "The token is unknown.";
                    case EXPIRED -> "The key has expired.";
                    case REVOKED -> "The key has been revoked.";
                    case NO_SESSION -> "The session has ended. Sign in again.";
                };
        refuse(ctx, reason.name().toLowerCase(Locale.ROOT), new Problem(401, detail));
    }

    /**
     * Admits a Prometheus with the metrics token, any key with the scope read, and, if there is no metrics token, a
     * Prometheus on this machine.
     */
    private void guardMetrics(RoutingContext ctx) {
        TokenHash own = config.metricsToken();
        Problem unseen = config.weakMetricsToken() ? wrong.refuseUnseen(ctx.request(), token(ctx)) : null;
        if (unseen != null) {
            refuse(ctx, THROTTLED, unseen);
        } else if (own == null ? isLocal(ctx) : isValid(own, token(ctx))) {
            ctx.next();
        } else if (own != null && config.isOpen(keys.ring())) {
            refuse(ctx, token(ctx) == null ? Verdict.Refused.MISSING : Verdict.Refused.UNKNOWN);
        } else {
            guard(ctx, Scope.READ);
        }
    }

    private boolean isLocal(RoutingContext ctx) {
        return addresses.isThisMachine(ctx.request()) && open.isNoRebinding(ctx.request());
    }

    private static boolean isValid(TokenHash own, @Nullable String token) {
        return token != null && own.matches(TokenHash.of(token));
    }

    private static @Nullable String token(RoutingContext ctx) {
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return ctx.request().getHeader(API_KEY);
        }
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : null;
    }

    /** What environment variables of OpenTelemetry hold is encoded, and some exporters send it as it is. */
    private static String missing(RoutingContext ctx) {
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, ENCODED_SCHEME, 0, ENCODED_SCHEME.length())
                ? "The header Authorization begins with Bearer%20, because the client does not decode it. Write Bearer"
                        + " and a space, or send the token in the header x-api-key."
                : "A token is required, in the header Authorization: Bearer.";
    }
}
