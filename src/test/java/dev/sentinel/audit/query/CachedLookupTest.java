package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.keys.Scope;
import dev.sentinel.audit.redis.RedisServer;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.ForwardingFinder;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that keeps events in a real Redis. */
@Timeout(60)
final class CachedLookupTest {
    @TempDir
    private Path directory;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean unsequenced = new AtomicBoolean();
    private RedisServer redis;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        redis = RedisServer.start(directory, RedisServer.freePort());
        UnaryOperator<EventFinder> counting = finder -> new ForwardingFinder(finder) {
            @Override
            public Future<Optional<StoredEvent>> find(UUID eventId) {
                asked.incrementAndGet();
                return super.find(eventId).map(found -> found.map(CachedLookupTest.this::bent));
            }
        };
        server = RunningServer.findingThrough(
                counting, directory, Map.of("REDIS_URL", redis.url(), "REDIS_TIMEOUT", "5s"));
        Within.seconds(20).until("Redis is there", () -> metrics().contains("sentinel_redis_up 1.0"));
    }

    private StoredEvent bent(StoredEvent event) {
        return unsequenced.get()
                ? new StoredEvent(StoredEvent.UNSEQUENCED, event.receivedAt(), event.event(), event.seal())
                : event;
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void event_askedForTwice_comesFromRedisWithTheSameBytes() {
        String id = stored("agent-1");

        String first = get(id).body();
        String second = get(id).body();

        assertThat(second).isEqualTo(first);
        assertThat(new JsonObject(first).getJsonObject("seal")).isNotNull();
        assertThat(asked).hasValue(1);
        assertThat(metrics())
                .contains(
                        "sentinel_event_cache_total{outcome=\"hit\"} 1.0",
                        "sentinel_event_cache_total{outcome=\"miss\"} 1.0");
    }

    @Test
    void absence_isNeverKept() {
        JsonObject event = new JsonObject(SampleEvents.any());
        String id = event.getString("event_id");
        assertThat(get(id).statusCode()).isEqualTo(404);

        post(event);

        assertThat(get(id).statusCode()).isEqualTo(200);
    }

    @Test
    void eventWithoutAPosition_isNotKept() {
        String id = stored("agent-1");
        unsequenced.set(true);
        assertThat(new JsonObject(get(id).body()).getLong("seq")).isNull();
        unsequenced.set(false);

        assertThat(new JsonObject(get(id).body()).getLong("seq")).isNotNull();
    }

    @Test
    void event_ofAForeignAgent_isHiddenAlsoInRedis() throws Exception {
        String own = stored("agent-1");
        String foreign = stored("other-1");
        assertThat(get(own).statusCode()).isEqualTo(200);
        assertThat(get(foreign).statusCode()).isEqualTo(200);
        String key = "Bearer "
                + TestKeys.make(directory, Set.of(Scope.READ), "agent-", null, null)
                        .text();
        while (get(own).statusCode() != 401) {
            TimeUnit.MILLISECONDS.sleep(20);
        }

        assertThat(get(own, "Authorization", key).statusCode()).isEqualTo(200);
        assertThat(get(foreign, "Authorization", key).statusCode()).isEqualTo(404);
        assertThat(asked).as("both come from Redis").hasValue(2);
    }

    @Test
    void redis_frozenAndThenGone_answersComeFromTheStore() throws Exception {
        String id = stored("agent-1");
        String first = get(id).body();
        redis.freeze();

        assertThat(get(id).body()).isEqualTo(first);
        redis.close();
        assertThat(get(id).body()).isEqualTo(first);
    }

    private String stored(String agent) {
        JsonObject event = new JsonObject(SampleEvents.any()).put("agent_instance_id", agent);
        post(event);
        return event.getString("event_id");
    }

    private void post(JsonObject event) {
        assertThat(server.client().post("application/json", event.encode()).statusCode())
                .isEqualTo(201);
    }

    private HttpResponse<String> get(String id, String... headers) {
        return server.client().get("/v1/events/" + id, headers);
    }

    private String metrics() {
        return server.client().get("/metrics").body();
    }
}
