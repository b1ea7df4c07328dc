package dev.sentinel.audit.forward.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.MarkdownDocument;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The code of the guide that verifies webhooks, with real ones. */
class VerificationGuideTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_bXktbmV4dC1zZWNyZXQtdGhhdC1pcy1sb25nLWVub3VnaA==";

    private enum Language {
        PYTHON("python", "is_genuine", "python3 -W error -c", """

                import json, sys

                for given in json.load(sys.stdin):
                    print(is_genuine(given["secret"], given["headers"], given["body"].encode()))
                """),
        NODE("javascript", "isGenuine", "node -e", """

                for (const given of JSON.parse(require("node:fs").readFileSync(0))) {
                  console.log(isGenuine(given.secret, given.headers, Buffer.from(given.body)) ? "True" : "False");
                }
                """);

        private final String fence;
        private final String function;
        private final String command;
        private final String caller;

        Language(String fence, String function, String command, String caller) {
            this.fence = fence;
            this.function = function;
            this.command = command;
            this.caller = caller;
        }
    }

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @ParameterizedTest
    @EnumSource
    void isGenuine_realWebhooks_acceptsOnlyTheUnchangedOnes(Language language) throws Exception {
        Assumptions.assumeTrue(isInstalled(language.command.split(" ", 2)[0]), language + " is not installed");
        JsonObject sent = webhook(Map.of("secret", SECRET), Clock.systemUTC());
        JsonObject rotating = webhook(Map.of("secret", OTHER, "previous_secret", SECRET), Clock.systemUTC());
        JsonObject old = webhook(Map.of("secret", SECRET), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-6)));

        String verdicts = run(
                language,
                List.of(
                        sent,
                        rotating,
                        sent.copy().put("secret", OTHER),
                        sent.copy().put("body", sent.getString("body").replace("billing", "Billing")),
                        old));

        assertThat(verdicts.lines()).containsExactly("True", "True", "False", "False", "False");
    }

    /** What a receiver gets. */
    private JsonObject webhook(Map<String, String> options, Clock clock) {
        Receiver receiver = Receiver.answering(vertx, 200);
        new Webhook(vertx, receiver.settings("http", "/", options), clock, HttpTarget.ANSWER_TIMEOUT)
                .deliver(SampleBatches.usual(0, 2))
                .await();
        Receiver.Received received = receiver.received().get(0);
        JsonObject headers = new JsonObject();
        received.headers().forEach(headers::put);
        return new JsonObject().put("secret", SECRET).put("headers", headers).put("body", received.body());
    }

    private static String run(Language language, List<JsonObject> given) throws IOException {
        MarkdownDocument guide = MarkdownDocument.all().stream()
                .filter(document -> document.path().endsWith("integrations.md"))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of(language.command.split(" ", -1)));
        String function = guide.tested(language.fence).stream()
                .map(MarkdownDocument.Fence::code)
                .filter(code -> code.contains(language.function))
                .findFirst()
                .orElseThrow();
        command.add(function + language.caller);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (Writer input = process.outputWriter(UTF_8)) {
            input.write(given.stream().map(JsonObject::encode).toList().toString());
        }
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static boolean isInstalled(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }
}
