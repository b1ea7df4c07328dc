package dev.sentinel.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.backend.Migrations;
import dev.sentinel.audit.config.SentinelConfig;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.store.migrate.NoProgress;
import dev.sentinel.audit.store.migrate.Verdict;
import dev.sentinel.audit.store.postgres.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A signed log that is migrated goes on in the target under the same name, and nowhere else. */
@Timeout(90)
final class MigratedLogTest {
    @TempDir
    private Path directory;

    private final String url = PostgresServer.shared().newSchema();
    private final List<SigningServer> servers = new ArrayList<>();
    private Path sourceKey;
    private Path targetKey;

    @AfterEach
    void stop() {
        servers.forEach(SigningServer::close);
    }

    @Test
    void target_afterTheMigration_continuesTheLastCheckpointOfTheSource() {
        Checkpoint signed = signAndStop(700);
        assertThat(migrate()).isEqualTo(1);
        assertThat(new SignerMove(sourceKey, targetKey, true).run()).isEqualTo(SignerMove.Result.MOVED);
        SigningServer target = target();

        assertThat(target.awaitSize(700)).isEqualTo(signed);
        target.post(5);
        target.assertConsistent(signed, target.awaitSize(signed.size() + 5));
        target.awaitState("signing");
    }

    @Test
    void source_afterTheMigration_recordsAndSignsNoMore() throws IOException {
        Checkpoint signed = signAndStop(30);
        migrate();
        new SignerMove(sourceKey, targetKey, true).run();
        SigningServer source = source();
        source.awaitState("moved");

        assertThat(new JsonObject(source.post(SampleEvents.any())).getString("status"))
                .isEqualTo("captured");
        assertThat(source.client().get("/log/checkpoint").statusCode()).isEqualTo(404);
        assertThat(sourceKey.resolveSibling("log-1.key")).doesNotExist();
        assertThat(sourceKey.resolveSibling("log-1.key.state")).doesNotExist();
        assertThat(Files.readString(targetKey.resolveSibling("log-1.key.state")))
                .contains("\n" + signed.size() + "\n");
    }

    @Test
    void keysThatStay_afterTheMigration_signOnlyForTheTarget() {
        Checkpoint signed = signAndStop(30);
        migrate();
        targetKey = sourceKey;
        assertThat(new SignerMove(sourceKey, sourceKey, true).run()).isEqualTo(SignerMove.Result.STAYED);
        source().awaitState("moved");
        SigningServer target = target();
        target.post(1);

        target.assertConsistent(signed, target.awaitSize(signed.size() + 1));
    }

    @Test
    void move_whileTheSourceSigns_changesNothing() {
        signAndStop(30);
        SigningServer source = source();
        source.awaitState("signing");

        assertThat(new SignerMove(sourceKey, targetKey, true).run()).isEqualTo(SignerMove.Result.IN_USE);
        source.post(1);
        source.awaitSize(31);
        assertThat(targetKey.resolveSibling("log-1.key")).doesNotExist();
    }

    /** The target has signed since. */
    @Test
    void move_interruptedBeforeTheOldFilesAreDeleted_keepsTheNewerState() throws IOException {
        signAndStop(30);
        byte[] key = Files.readAllBytes(sourceKey.resolveSibling("log-1.key"));
        byte[] state = Files.readAllBytes(sourceKey.resolveSibling("log-1.key.state"));
        migrate();
        new SignerMove(sourceKey, targetKey, true).run();
        SigningServer target = target();
        target.post(5);
        Checkpoint newer = target.awaitSize(35);
        Files.write(sourceKey.resolveSibling("log-1.key"), key);
        Files.write(sourceKey.resolveSibling("log-1.key.state"), state);

        assertThat(new SignerMove(sourceKey, targetKey, true).run()).isEqualTo(SignerMove.Result.MOVED);
        assertThat(Files.readString(targetKey.resolveSibling("log-1.key.state")))
                .contains("\n" + newer.size() + "\n");
        assertThat(sourceKey.resolveSibling("log-1.key")).doesNotExist();
    }

    @Test
    void move_toWhereKeysOfAnotherLogAre_isRefused() throws IOException {
        signAndStop(30);
        Files.createDirectories(targetKey.getParent());
        Files.writeString(targetKey.resolveSibling("log-1.key"), "the key of another log");

        assertThatThrownBy(() -> new SignerMove(sourceKey, targetKey, true).run())
                .hasMessageContaining("move away the one");
        SigningServer source = source();
        source.post(1);
        source.awaitSize(31);
    }

    private Checkpoint signAndStop(int events) {
        SigningServer source = source();
        source.post(events);
        Checkpoint signed = source.awaitSize(events);
        servers.remove(source);
        source.close();
        sourceKey = directory.resolve("source/signer/log.key");
        targetKey = directory.resolve("target/signer/log.key");
        return signed;
    }

    /** Returns the number of the log that goes on. */
    private int migrate() {
        SentinelConfig config = SentinelConfig.fromEnvironment(Map.of("DATABASE_URL", url));
        try (Migrations migrations = new Migrations(
                directory.resolve("source/sentinel_audit.db"),
                config.store(),
                config.redaction().rules(),
                false,
                new NoProgress())) {
            Migrations.Result result = migrations.run(Migrations.KeyCheck.NONE);
            assertThat(result.verdict()).isInstanceOf(Verdict.Verified.class);
            return result.logNumber();
        }
    }

    private SigningServer source() {
        return start("source", Map.of());
    }

    private SigningServer target() {
        return start("target", Map.of("DATABASE_URL", url, "SIGNING_KEY_FILE", targetKey.toString()));
    }

    private SigningServer start(String name, Map<String, String> environment) {
        SigningServer server = SigningServer.start(directory.resolve(name), environment);
        servers.add(server);
        return server;
    }
}
