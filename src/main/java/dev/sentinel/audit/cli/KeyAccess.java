package dev.sentinel.audit.cli;

import dev.sentinel.audit.backend.Databases;
import dev.sentinel.audit.config.Database;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.sqlite.RootGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The keys of the configured server, for commands. A running server applies changes within a second. Blocking. */
final class KeyAccess {
    private final String command;
    private final StoreConfig config;

    /** @param command the name of the command, for messages */
    KeyAccess(String command, StoreConfig config) {
        this.command = command;
        this.config = config;
    }

    /** Adds a key and the act that says so. */
    void create(ApiKey key, Instant now) {
        with(store -> store.add(key, CommandAct.of(ActorType.HUMAN, "keys.create", now, AdminEvent.details(key))));
    }

    /** Opens the key store, waits for an operation on it, and closes it. Throws the failure of the operation. */
    <T> T with(Function<KeyStore, Future<T>> work) {
        if (config.database() instanceof Database.Sqlite sqlite) {
            RootGuard.check(command, sqlite.logFile());
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return Databases.keys(vertx, config)
                    .compose(store -> work.apply(store).eventually(store::close))
                    .await();
        } finally {
            // Not awaited: a connection to a database that hangs ends with the process.
            vertx.close();
        }
    }

    /** Copies the views of the dashboard that a key keeps to the one that replaces it. */
    void inheritViews(String id, String heir) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            Databases.views(vertx, config)
                    .compose(store -> store.inherit(id, heir).eventually(store::close))
                    .await();
        } finally {
            vertx.close();
        }
    }

    static String scopesText(ApiKey key) {
        return key.scopes().stream().map(Scope::wireName).sorted().collect(Collectors.joining(","));
    }
}
