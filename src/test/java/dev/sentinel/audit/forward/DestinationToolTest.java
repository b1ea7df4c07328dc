package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.ForwardAllow;
import dev.sentinel.audit.config.ForwardConfig;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.config.StoreConfig;
import dev.sentinel.audit.failure.Unusable;
import dev.sentinel.audit.store.DestinationState;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line does, while a server runs on the same store. */
@Timeout(60)
final class DestinationToolTest {
    @TempDir
    private Path directory;

    private final Receiver receiver = new Receiver();
    private final List<String> acts = new ArrayList<>();
    private ForwardServer server;
    private DestinationTool tool;

    @BeforeEach
    void start() {
        StoreConfig config = SentinelConfig.fromEnvironment(Map.of("DATA_DIR", directory.toString()))
                .store();
        Path secrets = directory.resolve("secrets.key");
        server = new ForwardServer(config, secrets, receiver, ForwardServer.QUICK, 1);
        tool = new DestinationTool(
                server.vertx,
                new ForwardConfig(List.of(), Map.of(), 20, ForwardAllow.NONE, secrets, true),
                server.opener.types(),
                server.store,
                server.reach,
                "urn:test",
                (what, details) -> {
                    acts.add(what + details);
                    return Future.succeededFuture();
                });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void add_startsAtAPosition_isDeliveredByTheServer() {
        server.append(40);
        server.deploy();

        add("seq:10");

        server.awaitTaken(30);
        assertThat(receiver.taken()).isEqualTo(LongStream.range(10, 40).boxed().toList());
        assertThat(acts).containsExactly("destinations.create{destination=siem, start=seq:10, to=test}");
    }

    @Test
    void add_startsNow_getsWhatComesNext() {
        server.append(40);
        server.deploy();

        add("now");
        server.awaitRow("it has begun", row -> row.next() == 40);
        server.append(50);

        server.awaitTaken(50);
        assertThat(receiver.taken().get(0)).isEqualTo(40);
    }

    @Test
    void add_twice_isRefused() {
        add("now");

        assertThatThrownBy(() -> add("begin")).isInstanceOf(Unusable.class).hasMessageContaining("already");
        assertThat(acts).hasSize(1);
    }

    @Test
    void test_receiverDenies_saysWhy() {
        add("now");
        assertThat(tool.test("siem").await()).isEmpty();

        receiver.answers(batch -> Future.failedFuture(DeliveryException.denied("HTTP 401")));

        assertThat(tool.test("siem").await()).isEqualTo("HTTP 401");
    }

    @Test
    void pauseResumeReplayRemove_oneAfterTheOther_changeTheStore() {
        server.append(40);
        add("begin");
        tool.pause("siem").await();
        assertThat(server.row().state()).isEqualTo(DestinationState.PAUSED);
        tool.resume("siem", OptionalLong.of(7)).await();
        assertThat(server.row().next()).isEqualTo(7);
        tool.replay("siem", 0, 7).await();
        assertThat(tool.list().await()).extracting(DestinationTool.Line::id).containsExactly("siem", "siem~replay");
        assertThatThrownBy(() -> tool.replay("siem", 0, 7).await()).isInstanceOf(Unusable.class);

        tool.remove("siem").await();

        assertThat(tool.list().await()).isEmpty();
        assertThatThrownBy(() -> tool.pause("siem").await())
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("There is no destination siem");
    }

    private void add(String start) {
        tool.add("siem", "test:here", Map.of("status", List.of("error", "success", "denied", "pending")), start)
                .await();
    }
}
