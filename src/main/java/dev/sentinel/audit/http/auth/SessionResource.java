package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.config.AuthConfig;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.ObjectBody;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.http.ProblemException;
import dev.sentinel.audit.http.PublicPath;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.Session;
import dev.sentinel.audit.keys.SessionChange;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.keys.Verdict;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Sign-in for the dashboard: exchanges a token with the scope {@code read} for a session. Its cookie allows reading and
 * nothing else; the answer holds a second value for the page, with which it may make changes (see
 * {@link Authentication}).
 *
 * <p>Protection against cross-site request forgery: pages of other sites do not send the cookie (SameSite); the cookie
 * alone allows no changes; and a page of another origin can neither sign in nor out, since both check the origin and
 * require a content type that it may not send.
 */
public final class SessionResource implements ApiResource {
    private static final String PATH = "/ui/session";
    private static final String JSON = "application/json";
    private static final int MAX_BODY_BYTES = 4_096;
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The header with the page's value. */
    static final String PAGE_HEADER = "Sentinel-Page-Token";

    private final AuthConfig config;
    private final CurrentKeys keys;
    private final WrongTokens wrong;
    private final Clock clock;
    private final String cookiePath;
    private final SecureRandom random = new SecureRandom();

    /** Must be mounted before the resource that serves the rest of the dashboard. */
    public SessionResource(AuthConfig config, CurrentKeys keys, WrongTokens wrong, Clock clock, PublicPath paths) {
        this.config = config;
        this.keys = keys;
        this.wrong = wrong;
        this.clock = clock;
        this.cookiePath = paths.of("/");
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::show);
        router.post(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(SessionResource::checkOrigin)
                .handler(this::signIn);
        router.delete(PATH).handler(SessionResource::checkOrigin).handler(this::signOut);
    }

    private void show(RoutingContext ctx) {
        boolean open = config.isOpen(keys.ring());
        JsonObject session = new JsonObject().put("sign_in_needed", !open).putNull("key");
        String cookie = SessionCookie.read(ctx.request());
        if (!open && keys.ring().verifySession(cookie, Instant.now(clock)) instanceof Verdict.Accepted accepted) {
            Principal principal = accepted.principal();
            session.put("key", principal.id())
                    .put("scopes", new JsonArray(scopes(principal)))
                    .put("agent_prefix", principal.agentPrefix())
                    .put("admin", principal.has(Scope.ADMIN));
            // The token of API_TOKEN has neither a name nor an end.
            keys.ring()
                    .find(String.valueOf(principal.id()))
                    .ifPresent(key -> session.put("name", key.name())
                            .put(
                                    "expires",
                                    key.expires() == null ? null : key.expires().toString()));
        }
        noStore(ctx).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        ctx.end(session.encode());
    }

    private static List<String> scopes(Principal principal) {
        return principal.scopes().stream().map(Scope::wireName).sorted().toList();
    }

    private void signIn(RoutingContext ctx) {
        String token = token(ctx);
        Problem unseen = wrong.refuseUnseen(ctx.request(), token);
        if (unseen != null) {
            throw unseen.asException();
        }
        Verdict verdict = keys.ring().verify(token, Instant.now(clock));
        if (!(verdict instanceof Verdict.Accepted accepted)) {
            Verdict.Refused reason = (Verdict.Refused) verdict;
            Problem tooMany = wrong.refuseWrong(ctx.request(), reason);
            throw (tooMany == null ? new Problem(401, refusal(reason)) : tooMany).asException();
        }
        if (!accepted.principal().has(Scope.READ)) {
            throw new Problem(403, "This key lacks the scope \"read\". Use a key that has it.").asException();
        }
        begin(ctx, token, accepted.principal().id());
    }

    private void begin(RoutingContext ctx, String token, String keyId) {
        String cookie = Session.randomValue(random);
        String page = Session.randomValue(random);
        Session session = Session.of(cookie, page, keyId, token, clock.instant().plus(LIFETIME));
        change(ctx, new SessionChange.Begin(session))
                .onSuccess(done -> {
                    SessionCookie.set(ctx.request(), cookie, cookiePath);
                    noStore(ctx).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
                    ctx.end(new JsonObject().put("page_token", page).encode());
                })
                .onFailure(ctx::fail);
    }

    private void signOut(RoutingContext ctx) {
        String cookie = SessionCookie.read(ctx.request());
        Future<Void> ended = cookie == null ? Future.succeededFuture() : end(ctx, cookie);
        ended.onSuccess(done -> {
                    SessionCookie.clear(ctx.request(), cookiePath);
                    noStore(ctx);
                    ctx.response().setStatusCode(204).end();
                })
                .onFailure(ctx::fail);
    }

    /**
     * Ends a session in the store. One that is unknown here may be a new one of another server, so the store is asked;
     * but it may be invented, again and again, so it counts as a wrong token.
     */
    private Future<Void> end(RoutingContext ctx, String cookie) {
        Problem tooMany =
                keys.ring().knowsSession(cookie) ? null : wrong.refuseWrong(ctx.request(), Verdict.Refused.NO_SESSION);
        return tooMany == null
                ? change(ctx, new SessionChange.End(TokenHash.of(cookie)))
                : Future.failedFuture(tooMany.asException());
    }

    private static Future<Void> change(RoutingContext ctx, SessionChange change) {
        return SessionChange.ADDRESS.request(ctx.vertx().eventBus(), change, TIMEOUT);
    }

    private static String refusal(Verdict.Refused reason) {
        return switch (reason) {
            case MISSING, UNKNOWN, NO_SESSION -> "This key is unknown.";
            case EXPIRED -> "This key has expired.";
            case REVOKED -> "This key has been revoked.";
        };
    }

    private static String token(RoutingContext ctx) {
        Object token;
        try {
            token = ObjectBody.of(ctx).getValue("token");
        } catch (ProblemException e) {
            // One answer says what is expected.
            token = null;
        }
        // The characters of an Authorization header.
        if (token instanceof String text && text.matches("[!-~]{1,2048}")) {
            return text;
        }
        throw new Problem(422, "The body must be {\"token\": \"…\"} with the token of a key.").asException();
    }

    private static void checkOrigin(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.regionMatches(true, 0, JSON, 0, JSON.length())) {
            throw new Problem(415, "Content-Type must be application/json.").asException();
        }
        if (!SameOrigin.holdsExceptPort(request)) {
            throw new Problem(403, "Only the dashboard itself may sign in or out.").asException();
        }
        ctx.next();
    }

    private static HttpServerResponse noStore(RoutingContext ctx) {
        return ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
