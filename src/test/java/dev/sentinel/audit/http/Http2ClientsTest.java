package dev.sentinel.audit.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sentinel.audit.RawConnection;
import dev.sentinel.audit.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class Http2ClientsTest {
    @Test
    void preface_ofHttp2_isRefusedAndLoggedOnce(@TempDir Path directory) {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(Http2Clients.class);
        lines.start();
        log.addAppender(lines);
        try (RunningServer server = RunningServer.start(directory, Map.of("EVENT_LOOPS", "1"))) {
            for (int i = 0; i < 3; i++) {
                try (RawConnection connection =
                        new RawConnection(server.client().port())) {
                    assertThat(connection
                                    .send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                                    .read()
                                    .status())
                            .isEqualTo(501);
                }
            }
        } finally {
            log.detachAppender(lines);
        }

        assertThat(lines.list)
                .hasSize(1)
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .contains("127.0.0.1", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"));
    }
}
