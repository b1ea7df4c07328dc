package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sentinel.audit.RunningServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server with a destination of each kind, as the environment names them. */
class EveryWayOutTest {
    private static final Path RUNS = Path.of("src/test/resources/agent-runs.ndjson");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void server_withADestinationOfEachKind_deliversTheWholeLogInOrder(@TempDir Path directory) throws Exception {
        FakeSplunk splunk = new FakeSplunk(1);
        FakeElastic elastic = new FakeElastic();
        BlockingQueue<Long> bySplunk = new LinkedBlockingQueue<>();
        BlockingQueue<Long> byElastic = new LinkedBlockingQueue<>();
        BlockingQueue<Long> byHook = new LinkedBlockingQueue<>();
        Receiver splunkServer = Receiver.start(vertx, (request, received) -> {
            int before = splunk.indexed().size();
            splunk.handle(request, received);
            splunk.indexed().stream()
                    .skip(before)
                    .forEach(event -> bySplunk.add(event.at("/event/seq").asLong()));
        });
        Receiver elasticServer = Receiver.start(vertx, (request, received) -> {
            int before = elastic.documents().size();
            elastic.handle(request, received);
            elastic.documents().values().stream()
                    .skip(before)
                    .forEach((JsonNode document) ->
                            byElastic.add(document.at("/event/sequence").asLong()));
        });
        Receiver hook = Receiver.start(vertx, (request, received) -> {
            received.body().lines().forEach(line -> byHook.add(new JsonObject(line).getLong("seq")));
            request.response().end();
        });
        try (SyslogReceiver syslog = new SyslogReceiver();
                RunningServer server = RunningServer.start(
                        directory,
                        Map.of(
                                "DESTINATIONS",
                                "siem,search,hook,line",
                                "DESTINATION_SIEM",
                                "splunk+http://127.0.0.1:" + splunkServer.port()
                                        + "/services/collector?token=env:HEC_TOKEN&ack=true&start=begin",
                                "HEC_TOKEN",
                                FakeSplunk.TOKEN,
                                "DESTINATION_SEARCH",
                                "elastic+http://127.0.0.1:" + elasticServer.port()
                                        + "/prefix/logs-sentinel-default?user=elastic&password=env:PW&start=begin",
                                "PW",
                                "change:me",
                                "DESTINATION_HOOK",
                                "http://127.0.0.1:" + hook.port() + "/?format=ndjson&gzip=true&start=begin",
                                "DESTINATION_LINE",
                                "syslog+tcp://127.0.0.1:" + syslog.port() + "?max_message=100000&start=begin"))) {
            String runs = Files.readString(RUNS);
            int events = (int) runs.lines().count();

            assertThat(server.client().post("application/x-ndjson", runs).statusCode())
                    .isEqualTo(201);

            List<Long> all = LongStream.range(0, events).boxed().toList();
            assertThat(taken(byHook, events)).isEqualTo(all);
            assertThat(taken(byElastic, events)).isEqualTo(all);
            assertThat(taken(bySplunk, events)).isEqualTo(all);
            LinkedBlockingDeque<Long> bySyslog = new LinkedBlockingDeque<>();
            for (long last = -1; last < events - 1; last = Math.max(last, bySyslog.peekLast())) {
                String message = syslog.message();
                bySyslog.add(new JsonObject(message.substring(message.indexOf('{'))).getLong("seq"));
            }
            assertThat(taken(bySyslog, events)).isEqualTo(all);
        }
    }

    /** The positions, without repeats: those that are not above the highest one. */
    private static List<Long> taken(BlockingQueue<Long> queue, int count) throws InterruptedException {
        List<Long> taken = new ArrayList<>();
        while (taken.size() < count) {
            Long next = queue.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("the event after %s", taken.size()).isNotNull();
            if (taken.isEmpty() || next > taken.get(taken.size() - 1)) {
                taken.add(next);
            }
        }
        return taken;
    }
}
