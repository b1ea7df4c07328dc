package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links to next pages below {@code BASE_PATH}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicLinksTest {
    private static final int EVENTS = 7;

    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.start(directory, Map.of("BASE_PATH", "/sentinel"));
        Events events = new Events();
        for (int i = 0; i < EVENTS; i++) {
            server.append(events.of("agent/ä", "trace/ä", i), events.of("agent-" + i, "other", i));
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events?trace_id=trace/%C3%A4&, events",
        "/v1/agents?prefix=agent-&, agents",
        "/v1/agents/agent%2F%C3%A4/events?, events",
        "/v1/traces/trace%2F%C3%A4?, events",
        "/v1/traces?trace_id=trace/%C3%A4&, events",
    })
    void list_itsLinks_haveThePrefixAndLeadToTheEnd(String target, String field) {
        String path = target.substring(0, target.indexOf('?') + 1);
        for (String prefix : new String[] {"/sentinel", ""}) {
            String first = prefix + target + "limit=2";
            assertThat(PageWalk.next(server.client().get(first)).orElseThrow())
                    .as("a proxy may have removed the prefix")
                    .startsWith("/sentinel" + path);

            assertThat(new PageWalk(server.client()).items(first, field)).hasSize(EVENTS);
        }
    }
}
