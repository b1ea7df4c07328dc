package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.RedactionRules.Mode;
import dev.sentinel.audit.redact.Redactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerRulesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final RedactionRules own = RedactionRules.of(Mode.FULL, List.of("tax_secret_no"), List.of("session_token"));
    private final Closing closing = new Closing();

    @Test
    void current_serverAnswered_addsAndExemptsNames(@TempDir Path directory) {
        try (RunningServer server = RunningServer.start(
                directory,
                Map.of(
                        "REDACT_KEYS",
                        "iban",
                        "REDACT_KEEP_KEYS",
                        "db_password,tax_secret_no",
                        "REDACTION",
                        "strict"))) {
            HttpTransport transport = new HttpTransport(
                    URI.create("http://127.0.0.1:" + server.client().port() + "/v1/events"), null, TIMEOUT, null);
            RedactionRules rules = answered(transport.rules(TIMEOUT).join());

            assertThat(rules.mode()).isEqualTo(Mode.STRICT);
            assertThat(secrecy(rules, "my_iban")).isEqualTo(NameSecrecy.ANY);
            assertThat(secrecy(rules, "db_password")).isEqualTo(NameSecrecy.NONE);
            assertThat(secrecy(rules, "session_token")).isEqualTo(NameSecrecy.NONE);
            assertThat(secrecy(rules, "tax_secret_no"))
                    .as("added by the client itself")
                    .isEqualTo(NameSecrecy.ANY);
            assertThat(secrecy(rules, "password")).isEqualTo(NameSecrecy.ANY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mode\":\"off\"}",
                "{\"mode\":\"keys\",\"keep_keys\":[\"\",\"...\",7],\"redact_keys\":null}",
                "{\"mode\":\"mode of tomorrow\"}"
            })
    void current_serverAsksForLess_keepsTheOwnRules(String answer) {
        RedactionRules rules = answered(new RawAnswer(200, null, answer));

        assertThat(rules.version()).isEqualTo(own.version());
        assertThat(rules.mode()).isEqualTo(Mode.FULL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"shapes\":[\"not a shape\"]}", "<html>", "{\"mode\":"})
    void current_answerOfSomethingElse_keepsTheOwnRules(String answer) {
        assertThat(answered(new RawAnswer(200, null, answer)).version()).isEqualTo(own.version());
    }

    @Test
    void current_shapeOfANewerServer_costsNotTheOtherRules() {
        RedactionRules rules =
                answered(new RawAnswer(200, null, "{\"redact_keys\":[\"iban\"],\"shapes\":[\"of tomorrow\"]}"));

        assertThat(secrecy(rules, "iban")).isEqualTo(NameSecrecy.ANY);
    }

    /** A server that accepts and never answers must not keep a connection per question. */
    @Test
    void rules_noAnswerInTime_closesTheConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<RawAnswer> answer =
                    transport(server.getLocalPort()).rules(Duration.ofMillis(200));

            assertThat(answer).failsWithin(TIMEOUT);
            assertThatConnectionEnds(server);
        }
    }

    @Test
    void stop_answerAwaited_closesTheConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpTransport transport = transport(server.getLocalPort());
            ServerRules rules = new ServerRules(
                    own, () -> transport.rules(TIMEOUT.multipliedBy(10)), closing, new Ledger(new AuditListener() {}));
            rules.ask();
            closing.begin(Duration.ZERO);
            rules.stop();

            assertThatConnectionEnds(server);
        }
    }

    private static HttpTransport transport(int port) {
        return new HttpTransport(URI.create("http://127.0.0.1:" + port + "/v1/events"), null, TIMEOUT, null);
    }

    /** The request is cancelled before it was connected, or its connection closes. */
    private static void assertThatConnectionEnds(ServerSocket server) throws IOException {
        server.setSoTimeout(1_000);
        try (Socket connection = server.accept()) {
            connection.setSoTimeout((int) TIMEOUT.toMillis());
            connection.getInputStream().readAllBytes();
        } catch (SocketTimeoutException notConnected) {
            assertThat(notConnected).hasMessageContaining("Accept");
        }
    }

    @Test
    void ask_serverWithoutTheQuestion_isNotAskedAgain() {
        Queue<CompletableFuture<RawAnswer>> answers = new ArrayDeque<>(List.of(new CompletableFuture<>()));
        CompletableFuture<RawAnswer> first = answers.element();
        // A second question would fail, since there is no second answer.
        ServerRules rules = new ServerRules(own, answers::remove, closing, new Ledger(new AuditListener() {}));
        rules.ask();
        first.complete(new RawAnswer(404, null, ""));

        assertThat(rules.current()).isSameAs(own);
        assertThat(answers).isEmpty();
    }

    @Test
    void ask_noAnswer_asksAgain() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        ServerRules rules = new ServerRules(
                own,
                () -> {
                    asked.countDown();
                    return asked.getCount() == 2
                            ? CompletableFuture.failedFuture(new IOException("refused"))
                            : CompletableFuture.completedFuture(new RawAnswer(503, null, ""));
                },
                closing,
                new Ledger(new AuditListener() {}));
        rules.ask();

        assertThat(asked.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        closing.begin(Duration.ZERO);
    }

    private RedactionRules answered(RawAnswer answer) {
        CompletableFuture<RawAnswer> later = new CompletableFuture<>();
        ServerRules rules = new ServerRules(own, () -> later, closing, new Ledger(new AuditListener() {}));
        rules.ask();
        assertThat(rules.current()).isSameAs(own);
        later.complete(answer);
        return rules.current();
    }

    private static NameSecrecy secrecy(RedactionRules rules, String name) {
        return new Redactor(rules, kind -> {}).secrecyOf(name.toCharArray(), 0, name.length());
    }
}
