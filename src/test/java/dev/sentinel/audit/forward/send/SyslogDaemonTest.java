package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What rsyslog and syslog-ng make of the messages. */
class SyslogDaemonTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @ParameterizedTest
    @CsvSource({"RSYSLOG, false", "RSYSLOG, true", "SYSLOG_NG, false", "SYSLOG_NG, true"})
    void deliver_batches_arriveAsTheyWereSent(SyslogDaemon.Kind kind, boolean tls) throws Exception {
        Certificates certificates = certificates(kind);
        try (SyslogDaemon daemon = SyslogDaemon.start(kind, directory, tls, certificates)) {
            Destination destination = open(daemon, tls, "siem.test");
            destination.test().await();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Batch batch = SampleBatches.random(i + 1, i * 100L, 100);
                destination.deliver(batch).await();
                batch.events().forEach(event -> expected.add(parsed(event)));
            }

            assertThat(daemon.lines(expected.size())).containsExactlyElementsOf(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(SyslogDaemon.Kind.class)
    void deliver_toANameThatTheCertificateDoesNotHave_isDenied(SyslogDaemon.Kind kind) throws Exception {
        Certificates certificates = certificates(kind);
        try (SyslogDaemon daemon = SyslogDaemon.start(kind, directory, true, certificates)) {
            Destination destination = open(daemon, true, "elsewhere.test");

            DeliveryException failure = Failures.of(destination.deliver(SampleBatches.usual(0, 1)));

            assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.DENIED);
            assertThat(Failures.of(destination.test()).kind()).isEqualTo(DeliveryException.Kind.DENIED);
        }
    }

    private Certificates certificates(SyslogDaemon.Kind kind) throws Exception {
        Assumptions.assumeTrue(SyslogDaemon.isThere(kind), kind + " is not installed");
        Assumptions.assumeTrue(Certificates.canBeMade(), "openssl is not installed");
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.issue("siem.test", "ca", "subjectAltName=DNS:siem.test");
        return certificates;
    }

    private Destination open(SyslogDaemon daemon, boolean tls, String name) throws Exception {
        String ca = Files.readString(directory.resolve("ca.pem"));
        URI url = URI.create((tls ? "syslog+tls" : "syslog+tcp") + "://" + name + ":" + daemon.port());
        return new SyslogType().open(Receiver.settings(url, Map.of("ca", ca, "max_message", "100000")), vertx);
    }

    private static String parsed(StoredEvent event) {
        int severity =
                switch (event.event().status()) {
                    case SUCCESS, PENDING -> 6;
                    case DENIED -> 4;
                    case ERROR -> 3;
                };
        return 13 * 8 + severity + " sentinel " + event.event().actionType().wireName() + " [meta sequenceId=\""
                + (event.seq() + 1) + "\"] " + EventWriter.toJson(event);
    }
}
