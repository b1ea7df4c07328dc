package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8000",
                "http://LOCALHOST.",
                "http://agent.localhost/prefix",
                "http://127.0.0.1",
                "http://127.9.8.7:1",
                "http://[::1]:8000",
                "http://[0:0:0:0:0:0:0:1]",
                "https://audit.example.com",
            })
    void areReadable_loopbackOrEncrypted_isFalse(String url) {
        assertThat(Endpoints.areReadable(URI.create(url))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://audit.example.com",
                "http://127.example.com",
                "http://localhost.example.com",
                "http://10.0.0.1:8000",
                "http://[fe80::1]",
                "http://sentinel",
            })
    void areReadable_anotherMachine_isTrue(String url) {
        assertThat(Endpoints.areReadable(URI.create(url))).isTrue();
    }

    @Test
    void build_tokenOverHttp_isWarnedAboutOnceWithoutTheToken() {
        assertThat(warnings("http://sentinel.invalid", "snt_secret1234567890"))
                .singleElement()
                .satisfies(warning ->
                        assertThat(warning).contains("http://sentinel.invalid").doesNotContain("snt_secret"));
        assertThat(warnings("http://sentinel.invalid", null)).isEmpty();
        assertThat(warnings("http://localhost:1", "snt_secret1234567890")).isEmpty();
    }

    /** What a client logs of its token from its start to its end. */
    private static List<String> warnings(String url, String token) {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getMessage().contains("token")) {
                    lines.add(line.getLevel() + " " + line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.sentinel.audit.client");
        logger.addHandler(handler);
        try {
            AuditClient.builder()
                    .endpoint(url)
                    .token(token)
                    .agentInstanceId("a")
                    .build()
                    .close();
        } finally {
            logger.removeHandler(handler);
        }
        return lines;
    }
}
