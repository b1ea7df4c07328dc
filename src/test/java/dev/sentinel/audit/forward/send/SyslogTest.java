package dev.sentinel.audit.forward.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.Certificates;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.SampleBatches;
import dev.sentinel.audit.model.EventStatus;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyslogTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void deliver_batch_arrivesAsOneMessageForEachEvent() throws Exception {
        try (SyslogReceiver receiver = new SyslogReceiver()) {
            Batch batch = SampleBatches.random(9, 5, 40);

            Delivery delivery = open(receiver, Map.of("max_message", "100000", "hostname", "audit-1"))
                    .deliver(batch)
                    .await();

            assertThat(delivery).isEqualTo(new Delivery.Done("sent"));
            for (StoredEvent event : batch.events()) {
                assertThat(receiver.message())
                        .contains(" audit-1 sentinel - "
                                + event.event().actionType().wireName() + " [meta sequenceId=\"" + (event.seq() + 1)
                                + "\"] ")
                        .endsWith("] " + EventWriter.toJson(event));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"SUCCESS, <110>", "PENDING, <110>", "DENIED, <108>", "ERROR, <107>"})
    void write_status_isTheSeverityOfTheMessage(EventStatus status, String priority) {
        StoredEvent event = SampleBatches.of(
                        0, SampleBatches.event().status(status).build())
                .events()
                .get(0);

        assertThat(written(8_192, event))
                .startsWith(
                        priority + "1 2026-11-02T08:05:13.886000Z - sentinel - tool_call [meta sequenceId=\"1\"] {");
    }

    @ParameterizedTest
    @CsvSource({"2147483646, 2147483647", "2147483647, 1", "2147483648, 2", "4294967294, 1"})
    void write_positionBeyondSequenceIds_beginsAgainWithOne(long seq, long id) {
        StoredEvent event =
                SampleBatches.of(seq, SampleBatches.event().build()).events().get(0);

        assertThat(written(8_192, event)).contains("[meta sequenceId=\"" + id + "\"]", "\"seq\":" + seq);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void write_eventThatIsTooLong_losesItsMetadataAndSaysSo(@ForAll long seed) {
        int bytes = 8_000 + (int) Math.floorMod(seed, 300L);
        String metadata = "{\"a\":\"" + "x".repeat(bytes) + "\"}";
        StoredEvent event = SampleBatches.of(
                        1, SampleBatches.event().metadata(metadata).build())
                .events()
                .get(0);

        String message = written(8_192, event);

        assertThat(message.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(8_192);
        JsonObject json = new JsonObject(message.substring(message.indexOf('{')));
        assertThat(json.getString("event_id")).isEqualTo(event.event().eventId().toString());
        assertThat(json.getLong("seq")).isEqualTo(1);
        assertThat(json.getJsonObject("metadata"))
                .isIn(new JsonObject(metadata), new JsonObject().put("dropped_bytes", metadata.length()));
    }

    @Test
    void deliver_eventThatNeverFits_isRefused() throws Exception {
        try (SyslogReceiver receiver = new SyslogReceiver()) {
            Batch batch = new Batch(
                    java.util.List.of(
                            SampleBatches.usual(0, 1).events().get(0),
                            SampleBatches.of(
                                            1,
                                            SampleBatches.event()
                                                    .resource("ä".repeat(1_024))
                                                    .build())
                                    .events()
                                    .get(0)),
                    0,
                    2);

            assertThat(open(receiver, Map.of("max_message", "2048"))
                            .deliver(batch)
                            .await())
                    .isEqualTo(new Delivery.Refused(1, "longer than max_message, also without metadata"));
        }
    }

    @Test
    void deliver_inCef_isAnEventOfThatFormat() throws Exception {
        try (SyslogReceiver receiver = new SyslogReceiver()) {
            open(receiver, Map.of("format", "cef"))
                    .deliver(SampleBatches.usual(3, 1))
                    .await();

            assertThat(receiver.message()).contains("] CEF:0|Sentinel|", " cn1Label=seq cn1=3 ");
        }
    }

    @Test
    void deliver_receiverThatHasClosedTheConnection_connectsAgain() throws Exception {
        try (SyslogReceiver receiver = new SyslogReceiver()) {
            Destination destination = open(receiver, Map.of());
            destination.deliver(SampleBatches.usual(0, 1)).await();
            assertThat(receiver.message()).contains("\"seq\":0,");

            Socket first = receiver.connection();
            first.close();
            deliverUntilTaken(destination, SampleBatches.usual(1, 1));

            assertThat(receiver.message()).contains("\"seq\":1,");
        }
    }

    @Test
    void deliver_receiverThatResetsTheConnection_fails() throws Exception {
        try (SyslogReceiver receiver = new SyslogReceiver(0, false)) {
            Destination destination = open(receiver, Map.of());
            destination.test().await();
            Socket connection = receiver.connection();
            // As the kernel of a machine does that has just started and knows nothing of the connection.
            Thread reset = new Thread(() -> resetOnFirstByte(connection));
            reset.start();

            DeliveryException failure = Failures.of(destination.deliver(SampleBatches.usual(0, 1)));
            reset.join();

            assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
        }
    }

    private static void resetOnFirstByte(Socket connection) {
        try (connection) {
            connection.getInputStream().read();
            connection.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void deliver_receiverThatIsAway_isTransientAndThenTaken() throws Exception {
        int port;
        try (SyslogReceiver receiver = new SyslogReceiver()) {
            port = receiver.port();
        }
        Destination destination = open(port, Map.of());

        DeliveryException failure = Failures.of(destination.deliver(SampleBatches.usual(0, 1)));
        try (SyslogReceiver receiver = new SyslogReceiver(port, true)) {
            destination.deliver(SampleBatches.usual(0, 1)).await();

            assertThat(failure.kind()).isEqualTo(DeliveryException.Kind.TRANSIENT);
            assertThat(receiver.message()).contains("\"seq\":0,");
        }
    }

    /** An address is no name for SNI; the JDK throws for one of IPv6. */
    @ParameterizedTest
    @CsvSource({"[::1], IP:::1", "127.0.0.1, IP:127.0.0.1", "siem.test, DNS:siem.test", "siem, DNS:siem"})
    void test_overTls_connectsToNamesAndAddresses(String host, String name, @TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Certificates.canBeMade(), "openssl is not installed");
        Certificates certificates = new Certificates(directory);
        certificates.authority("ca");
        certificates.issue("server", "ca", "subjectAltName=" + name);
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setKeyPath(certificates.key("server").toString())
                                .setCertPath(certificates.certificate("server").toString())))
                .connectHandler(socket -> socket.handler(bytes -> {}))
                .listen(0, "127.0.0.1")
                .await();
        URI url = URI.create("syslog+tls://" + host + ":" + server.actualPort());
        Map<String, String> options = Map.of("ca", Files.readString(certificates.certificate("ca")));

        assertThatCode(() -> new SyslogType()
                        .open(Receiver.settings(url, options), vertx)
                        .test()
                        .await())
                .doesNotThrowAnyException();
    }

    @Test
    void guarantee_isThatOfAProtocolWithoutAnswers() {
        assertThat(open(514, Map.of()).guarantee()).isEqualTo(Guarantee.HANDED_OVER);
    }

    @ParameterizedTest
    @CsvSource({"format, leef", "max_message, 100", "max_message, many", "hostname, a b", "ca, x"})
    void open_wrongOption_isNamed(String option, String value) {
        assertThatThrownBy(() -> open(514, Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option);
    }

    /** The connection may break during a delivery; then the batch is delivered again, as always. */
    private static void deliverUntilTaken(Destination destination, Batch batch) {
        destination.deliver(batch).recover(broken -> destination.deliver(batch)).await();
    }

    private static String written(int max, StoredEvent event) {
        SyslogMessages.Written written = new SyslogMessages(false, max, "-")
                .write(new Batch(java.util.List.of(event), event.seq(), event.seq() + 1));
        String text = written.bytes().toString(UTF_8);
        String message = text.substring(text.indexOf(' ') + 1);
        assertThat(text.substring(0, text.indexOf(' '))).isEqualTo(message.getBytes(UTF_8).length + "");
        return message;
    }

    private Destination open(SyslogReceiver receiver, Map<String, String> options) {
        return open(receiver.port(), options);
    }

    private Destination open(int port, Map<String, String> options) {
        return new SyslogType()
                .open(Receiver.settings(URI.create("syslog+tcp://receiver.test:" + port), options), vertx);
    }
}
