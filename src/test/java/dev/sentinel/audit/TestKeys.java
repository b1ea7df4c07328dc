package dev.sentinel.audit;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.KeyToken;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes keys beside a server, as a command would: with a Vert.x and a connection of its own. */
public final class TestKeys {
    private TestKeys() {}

    /** Creates a key for the server of a directory. */
    public static KeyToken make(
            Path directory,
            Set<Scope> scopes,
            String agentPrefix,
            @Nullable RateLimit limit,
            @Nullable Instant expires) {
        return make(directory, "test", scopes, agentPrefix, limit, expires);
    }

    /** Creates a key with a name for the server of a directory. */
    public static KeyToken named(Path directory, String name, Set<Scope> scopes) {
        return make(directory, name, scopes, "", null, null);
    }

    private static KeyToken make(
            Path directory,
            String name,
            Set<Scope> scopes,
            String agentPrefix,
            @Nullable RateLimit limit,
            @Nullable Instant expires) {
        KeyToken token = KeyToken.random(new SecureRandom());
        ApiKey key = new ApiKey(
                token.id(), name, token.hash(), scopes, agentPrefix, limit, Instant.EPOCH, expires, null, null);
        with(directory, keys -> keys.add(key, act()));
        return token;
    }

    /** An act that is no valid event: it is not captured, and so not among the events of a test. */
    public static AdminAct act() {
        return new AdminAct(UUID.randomUUID().toString(), "{}");
    }

    /** Opens the keys of the server of a directory, waits for what is done with them, and closes them. */
    public static <T> T with(Path directory, Function<KeyStore, Future<T>> work) {
        return with(
                SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                        .store(),
                work);
    }

    /** Opens the keys of a store, waits for what is done with them, and closes them. */
    public static <T> T with(StoreConfig config, Function<KeyStore, Future<T>> work) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return Databases.keys(vertx, config)
                    .compose(keys -> work.apply(keys).eventually(keys::close))
                    .await();
        } finally {
            vertx.close().await();
        }
    }
}
