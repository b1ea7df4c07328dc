package dev.sentinel.audit.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyReadsTest {
    /** The readings that have begun; the test ends them. */
    private final List<Promise<List<ApiKey>>> readings = new ArrayList<>();

    private final KeyReads reads = new KeyReads((KeyStore) Proxy.newProxyInstance(
            KeyStore.class.getClassLoader(), new Class<?>[] {KeyStore.class}, (p, method, a) -> {
                assertThat(method.getName()).isEqualTo("keys");
                readings.add(Promise.promise());
                return readings.get(readings.size() - 1).future();
            }));

    @Test
    void manyWhoAskDuringAReading_shareTheNextOne() {
        Future<List<ApiKey>> first = reads.keys();
        List<Future<List<ApiKey>>> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(reads.keys());
        }
        assertThat(readings).hasSize(1);

        readings.get(0).complete(List.of());

        assertThat(first.succeeded()).isTrue();
        assertThat(others).noneMatch(Future::isComplete);
        assertThat(readings).hasSize(2);
        readings.get(1).complete(List.of());
        assertThat(others).allMatch(Future::succeeded);
    }

    @Test
    void readingThatFails_failsThoseWhoAskedForItOnly() {
        Future<List<ApiKey>> first = reads.keys();
        Future<List<ApiKey>> second = reads.keys();

        readings.get(0).fail("the database is away");
        readings.get(1).complete(List.of());

        assertThat(first.failed()).isTrue();
        assertThat(second.succeeded()).isTrue();
    }
}
