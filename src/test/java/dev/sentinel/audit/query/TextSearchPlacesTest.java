package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.ForwardingFinder;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches for texts that take long, beside other queries. */
@Timeout(60)
final class TextSearchPlacesTest {
    private final AtomicInteger searching = new AtomicInteger();
    private final Promise<Void> answers = Promise.promise();

    /** Searches for texts end when the test lets them. */
    private final class SlowTexts extends ForwardingFinder {
        SlowTexts(EventFinder finder) {
            super(finder);
        }

        @Override
        public Future<FoundEvents> search(EventQuery query) {
            if (!query.filter().readsTexts()) {
                return super.search(query);
            }
            searching.incrementAndGet();
            return answers.future().compose(now -> super.search(query));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q=x", "filter=meta.a:x", "filter=resource:a*"})
    void texts_manySearches_leaveConnectionsForOtherQueries(String search, @TempDir Path directory) {
        try (RunningServer server = RunningServer.findingThrough(SlowTexts::new, directory, Map.of("READERS", "8"))) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(new RawConnection(server.client().port())
                        .send("GET /v1/events?" + search + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                while (searching.get() < Math.min(i + 1, 2)) {
                    Thread.onSpinWait();
                }
            }
            assertThat(clients.get(7).read().status())
                    .as("no place became free")
                    .isEqualTo(503);
            assertThat(searching).hasValue(2);
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);

            answers.complete();
            assertThat(clients.get(0).read().status()).isEqualTo(200);
            assertThat(server.client().get("/v1/events?" + search).statusCode()).isEqualTo(200);
            clients.forEach(RawConnection::close);
        }
    }

    /** Each answer may need 4 MB of 64, so searches that wait would leave no memory for other answers. */
    @Test
    void texts_waitingForAPlace_holdNoMemory(@TempDir Path directory) {
        try (RunningServer server = RunningServer.findingThrough(
                SlowTexts::new, directory, Map.of("READERS", "2", "ADMISSION_WAIT", "100ms"))) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(new RawConnection(server.client().port())
                        .send("GET /v1/events?q=x HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            }
            while (searching.get() < 1) {
                Thread.onSpinWait();
            }
            assertThat(server.client().get("/v1/events").statusCode()).isEqualTo(200);

            answers.complete();
            clients.forEach(RawConnection::close);
        }
    }

    @Test
    void search_throws_keepsNoPlaceAndNoMemory(@TempDir Path directory) {
        UnaryOperator<EventFinder> throwing = finder -> new ForwardingFinder(finder) {
            @Override
            public Future<FoundEvents> search(EventQuery query) {
                throw new IllegalStateException("a fault");
            }
        };
        try (RunningServer server = RunningServer.findingThrough(throwing, directory, Map.of("READERS", "2"))) {
            for (int i = 0; i < 20; i++) {
                assertThat(server.client().get("/v1/events?q=x").statusCode()).isEqualTo(500);
            }
        }
    }
}
