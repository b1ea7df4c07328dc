package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyRing;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.keys.TokenHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where a server may be reached. */
@ExtendWith(VertxExtension.class)
final class BindPolicyTest {
    private static final KeyRing NO_KEYS = new KeyRing(null, List.of());

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 127.0.0.1",
        "192.0.2.1, 127.0.0.1",
        "::, 127.0.0.1",
        "no-such-name.invalid, 127.0.0.1",
        "127.0.0.1, 127.0.0.1",
        "127.0.0.2, 127.0.0.2",
        "::1, ::1",
        "localhost, localhost"
    })
    void host_nothingProtectsTheServer_isOfThisMachine(String configured, String host, Vertx vertx) throws Exception {
        assertThat(host(vertx, Map.of("HOST", configured), NO_KEYS)).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({"AUTH, none", "AUTH, required"})
    void host_toldWhatItNeeds_isAsConfigured(String variable, String value, Vertx vertx) throws Exception {
        assertThat(host(vertx, Map.of("HOST", "0.0.0.0", variable, value), NO_KEYS))
                .isEqualTo("0.0.0.0");
    }

    @Test
    void host_thereWasEverAKey_isAsConfigured(Vertx vertx) throws Exception {
        ApiKey revoked = new ApiKey(
                "a",
                "name",
                TokenHash.of("token"),
                Set.of(Scope.INGEST),
                "",
                null,
                Instant.EPOCH,
                null,
                Instant.EPOCH,
                null);

        assertThat(host(vertx, Map.of("HOST", "0.0.0.0"), new KeyRing(null, List.of(revoked))))
                .isEqualTo("0.0.0.0");
        assertThat(host(vertx, Map.of("HOST", "0.0.0.0"), new KeyRing(TokenHash.of("token"), List.of())))
                .isEqualTo("0.0.0.0");
    }

    /** On an event loop, as a server does: {@link EventLoopGuard} sees to it that the name is not resolved there. */
    private static String host(Vertx vertx, Map<String, String> environment, KeyRing keys) throws Exception {
        SentinelConfig config = SentinelConfig.fromEnvironment(new HashMap<>(environment));
        return Future.<String>future(host -> vertx.runOnContext(now -> BindPolicy.resolve(vertx, config, keys)
                        .map(BindPolicy::host)
                        .onComplete(host)))
                .await(20, TimeUnit.SECONDS);
    }
}
