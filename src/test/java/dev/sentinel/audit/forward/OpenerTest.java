package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.forward.file.StandardOutputType;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class OpenerTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void open_secretInAFileThatHangs_holdsNoOtherOpening() throws Exception {
        Path pipe = directory.resolve("secret");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Opener opener = opener(new Receiver());
        Promise<Destination> opened = Promise.promise();

        context.runOnContext(now -> {
            opener.open("hung", definition("test:a", Map.of("token", "file:" + pipe), Definition.Origin.ENVIRONMENT));
            opener.open("other", definition("test:b", Map.of(), Definition.Origin.ENVIRONMENT))
                    .onComplete(opened);
        });

        assertThat(opened.future().await(5, TimeUnit.SECONDS)).isNotNull();
        Files.writeString(pipe, "token");
    }

    /** The server has begun to log there when it learns of the destination. */
    @ParameterizedTest
    @EnumSource(
            value = Definition.Origin.class,
            names = {"API", "COMMAND"})
    void open_standardOutputThatTheEnvironmentDoesNotName_isRefused(Definition.Origin origin) {
        Opener opener = opener(new StandardOutputType());

        assertThatThrownBy(() -> opener.open("out", definition("stdout:", Map.of(), origin))
                        .await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be in DESTINATIONS");
        assertThat(opener.open("out", definition("stdout:", Map.of(), Definition.Origin.ENVIRONMENT))
                        .await())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "kafka+tls://broker:9093/events, kafka",
        "kinesis://events, aws",
        "s3://bucket, aws",
        "dynamodb://t, aws"
    })
    void open_pluginMissing_saysWhich(String url, String plugin) {
        Opener opener = opener(new StandardOutputType());

        assertThatThrownBy(() -> opener.open("lake", definition(url, Map.of(), Definition.Origin.ENVIRONMENT))
                        .await())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the plugin " + plugin + ",");
    }

    private Opener opener(DestinationType type) {
        Reach nowhere = (host, port) -> Future.failedFuture("not reached");
        return new Opener(
                vertx,
                new DestinationTypes(List.of(type)),
                nowhere,
                nowhere,
                "urn:test",
                new SecretBox(null, false),
                Map.of());
    }

    private static Definition definition(String url, Map<String, String> secrets, Definition.Origin origin) {
        return new Definition(url, Map.of(), secrets, Map.of(), OnRefused.STOP, "", origin, "", "");
    }
}
