package dev.sentinel.audit.http.auth;

import dev.sentinel.audit.event.SecretFinder;
import dev.sentinel.audit.http.ApiResource;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyChange;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.reads.SharedRead;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/keys}: for administrators. One whose key has an agent prefix sees, makes and revokes only keys with a
 * prefix that begins with it. Within that, an administrator gives every scope: it also may give itself one. One whose
 * key expires or has a rate limit makes no key that expires later or may do more.
 *
 * <p>A server that asks for no key gives none away and revokes none: all who reach it are one administrator, and a key
 * that any of them made would be good for ever, also after the server has begun to ask. The first key is made on the
 * machine of the server.
 */
public final class KeysResource implements ApiResource {
    private static final String PATH = "/v1/keys";
    private static final int MAX_BODY_BYTES = 16 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Also of those that are revoked, which stay. All are read at once. */
    private static final int MAX_KEYS = 10_000;

    private static final int MAX_KEYS_OF_A_PREFIX = 1_000;

    /** The store has one connection, and those who ask must not keep a server from seeing which keys are revoked. */
    private final SharedRead<List<ApiKey>> reads;

    private final SecretFinder secrets;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** @param store only read; changes go to the {@link KeysVerticle} */
    public KeysResource(KeyStore store, SecretFinder secrets, Clock clock) {
        this.reads = new SharedRead<>(store::keys);
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.post(PATH)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES))
                .handler(this::create);
        router.post(PATH + "/:id/revoke").handler(this::revoke);
    }

    private static Principal admin(RoutingContext ctx) {
        Principal caller = Caller.of(ctx);
        if (!caller.has(Scope.ADMIN)) {
            throw new Problem(403, "This key lacks the scope \"admin\". Use a key that has it.").asException();
        }
        return caller;
    }

    private static Principal knownAdmin(RoutingContext ctx) {
        Principal caller = admin(ctx);
        if (caller.id() == null) {
            throw new Problem(
                            403,
                            "This server asks for no key, so anyone could make or revoke one. Do it on its machine,"
                                    + " with bin/sentinel keys.")
                    .asException();
        }
        return caller;
    }

    private void list(RoutingContext ctx) {
        Principal caller = admin(ctx);
        Instant now = clock.instant();
        answer(ctx, 200, reads.read().map(keys -> {
            JsonArray list = new JsonArray();
            keys.stream().filter(key -> caller.mayTouch(key.agentPrefix())).forEach(key -> list.add(json(key, now)));
            return new JsonObject().put("keys", list);
        }));
    }

    /** Never the secret, nor its hash. */
    private static JsonObject json(ApiKey key, Instant now) {
        JsonArray scopes = new JsonArray();
        key.scopes().stream().map(Scope::wireName).sorted().forEach(scopes::add);
        return new JsonObject()
                .put("id", key.id())
                .put("name", key.name())
                .put("scopes", scopes)
                .put("agent_prefix", key.agentPrefix())
                .put(
                        "rate_limit",
                        key.rateLimit() == null ? null : key.rateLimit().toString())
                .put("created_at", text(key.created()))
                .put("expires_at", text(key.expires()))
                .put("revoked_at", text(key.revoked()))
                .put("last_used_at", text(key.lastUsed()))
                .put("state", key.state(now).name().toLowerCase(Locale.ROOT));
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void create(RoutingContext ctx) {
        Principal caller = knownAdmin(ctx);
        Instant now = clock.instant();
        KeyToken token = KeyToken.random(random);
        ApiKey key = KeyBody.read(ctx, secrets, token, now);
        if (!caller.mayTouch(key.agentPrefix())) {
            throw new Problem(
                            403,
                            "This key may only make keys whose agent_prefix begins with \"" + caller.agentPrefix()
                                    + "\".")
                    .asException();
        }
        answer(
                ctx,
                201,
                reads.read()
                        .compose(keys -> {
                            refuseTooMany(caller, keys);
                            refuseMoreThanItsOwn(caller, keys, key);
                            return change(ctx, new KeyChange.Add(key, act("keys.create", caller, key, now)));
                        })
                        .map(done -> new JsonObject().put("key", json(key, now)).put("token", token.text())));
    }

    private static void refuseTooMany(Principal caller, List<ApiKey> keys) {
        int max = caller.agentPrefix().isEmpty() ? MAX_KEYS : MAX_KEYS_OF_A_PREFIX;
        long there =
                keys.stream().filter(key -> caller.mayTouch(key.agentPrefix())).count();
        if (there >= max) {
            throw new Problem(409, "There are " + max + " keys, also counting those that are revoked: make no more.")
                    .asException();
        }
    }

    /** A key that is limited in time or rate would not be, if it could make one that is not. */
    private static void refuseMoreThanItsOwn(Principal caller, List<ApiKey> keys, ApiKey key) {
        ApiKey own = keys.stream()
                .filter(candidate -> candidate.id().equals(caller.id()))
                .findFirst()
                .orElse(null);
        if (own == null) {
            return;
        }
        Instant end = own.expires();
        if (end != null && (key.expires() == null || key.expires().isAfter(end))) {
            throw new Problem(
                            403,
                            "This key may only make keys with an expires_at that is not after its own, " + end + ".")
                    .asException();
        }
        RateLimit limit = own.rateLimit();
        if (limit != null && (key.rateLimit() == null || key.rateLimit().isAbove(limit))) {
            throw new Problem(
                            403,
                            "This key may only make keys with a rate_limit that is not above its own, " + limit + ".")
                    .asException();
        }
    }

    private static AdminAct act(String what, Principal caller, ApiKey key, Instant now) {
        Map<String, String> details = AdminEvent.details(key);
        details.put("by_key", String.valueOf(caller.id()));
        return AdminEvent.byPerson(what, now, details);
    }

    private static Future<Void> change(RoutingContext ctx, KeyChange change) {
        return KeyChange.ADDRESS.request(ctx.vertx().eventBus(), change, TIMEOUT);
    }

    private void revoke(RoutingContext ctx) {
        Principal caller = knownAdmin(ctx);
        Instant now = clock.instant();
        // The resolution of keys.
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        String id = ctx.pathParam("id");
        answer(
                ctx,
                200,
                find(caller, id)
                        .compose(key -> key.state(now) == ApiKey.State.ACTIVE
                                ? Future.succeededFuture(key)
                                : Future.failedFuture(
                                        new Problem(409, "This key has expired or is revoked.").asException()))
                        .compose(key -> change(
                                        ctx, new KeyChange.Revoke(id, from, act("keys.revoke", caller, key, now)))
                                .compose(done -> find(caller, id)))
                        .map(key -> json(key, now)));
    }

    /** Fails with a problem 404 for a key that the caller may not see. */
    private Future<ApiKey> find(Principal caller, String id) {
        return reads.read()
                .map(keys -> keys.stream()
                        .filter(key -> key.id().equals(id) && caller.mayTouch(key.agentPrefix()))
                        .findFirst()
                        .orElseThrow(() -> new Problem(404, "There is no key with this id.").asException()));
    }

    private static void answer(RoutingContext ctx, int status, Future<JsonObject> answer) {
        answer.onComplete(
                json -> ctx.response()
                        .setStatusCode(status)
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(json.toBuffer()),
                ctx::fail);
    }
}
