package dev.sentinel.audit.bench;

import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.aws.FakeS3;
import dev.sentinel.audit.aws.LocalAws;
import dev.sentinel.audit.kafka.KafkaBroker;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast one server delivers a log that is there already to each kind of destination, from the first acknowledged
 * batch on. The receivers are on this machine and do next to nothing, but for Kafka, which is a real broker: the
 * figures say what this server can do, and what it leaves to a receiver.
 */
final class DestinationScenarios {
    private static final int CONNECTIONS = 4;
    private static final int BATCH = 1_000;
    private static final Duration FILL = Duration.ofSeconds(1);
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final int LOOK_MS = 20;

    private final Vertx vertx;
    private final Report report;
    private final Path directory;
    private final int events;

    /** @param events to deliver to each */
    DestinationScenarios(Vertx vertx, Report report, Path directory, int events) {
        this.vertx = vertx;
        this.report = report;
        this.directory = directory.resolve("destinations").toAbsolutePath();
        this.events = events;
    }

    void run() throws Exception {
        long stored = fill();
        try (KafkaBroker broker = KafkaBroker.start(directory.resolve("kafka"));
                FakeS3 s3 = new FakeS3(vertx);
                IdleReceivers idle = new IdleReceivers(vertx)) {
            broker.makeTopic("events", 1, Map.of());
            for (Map.Entry<String, String> each : destinations(broker, s3, idle).entrySet()) {
                measure(each.getKey(), each.getValue(), stored);
            }
        }
    }

    /** By what they are, their URLs. */
    private Map<String, String> destinations(KafkaBroker broker, FakeS3 s3, IdleReceivers idle) {
        String http = "127.0.0.1:" + idle.httpPort();
        String aws = "region=" + LocalAws.REGION + "&endpoint=";
        Map<String, String> urls = new LinkedHashMap<>();
        urls.put("webhook", "http://" + http + "/hook?secret=env:HOOK_SECRET");
        urls.put("webhook, CloudEvents", "http://" + http + "/hook?format=cloudevents");
        urls.put("webhook, OCSF", "http://" + http + "/hook?format=ocsf");
        urls.put("Splunk HEC", "splunk+http://" + http + "/services/collector?token=env:HEC_TOKEN");
        urls.put("Elasticsearch", "elastic+http://" + http + "/logs-sentinel");
        urls.put("syslog over TCP", "syslog+tcp://127.0.0.1:" + idle.syslogPort());
        urls.put("files", "file:" + directory.resolve("lake"));
        urls.put("standard output", "stdout:");
        urls.put("Kafka, a broker on this machine", "kafka://" + broker.address() + "/events");
        urls.put("Kinesis", "kinesis://events?" + aws + encoded("http://" + http));
        urls.put("DynamoDB", "dynamodb://events?" + aws + encoded("http://" + http));
        urls.put("S3", "s3://" + FakeS3.BUCKET + "?path_style=true&" + aws + encoded(s3.endpoint()));
        return urls;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private long fill() throws Exception {
        report.progress("destinations: a log of " + events + " events");
        EventSource source = new EventSource(7);
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), Map.of())) {
            while (Scenarios.stored(server) < events) {
                Load.closed(vertx, server.client().port(), CONNECTIONS, Duration.ZERO, FILL, source.batches(BATCH));
            }
            EvidenceScenarios.awaitIdle(server);
            long stored = Scenarios.stored(server);
            server.terminate();
            return stored;
        }
    }

    private void measure(String what, String url, long stored) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "PLUGINS_DIR", Path.of("target", "plugins").toAbsolutePath().toString());
        environment.put("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        environment.put("HEC_TOKEN", "bench");
        environment.put("AWS_ACCESS_KEY_ID", LocalAws.USER.get("access_key"));
        environment.put("AWS_SECRET_ACCESS_KEY", LocalAws.USER.get("secret_key"));
        // The stubs read JSON.
        environment.put("JAVA_OPTS", "-Daws.cborEnabled=false");
        String id = what.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        environment.put("DESTINATIONS", id);
        environment.put(
                "DESTINATION_" + id.toUpperCase(Locale.ROOT).replace('-', '_'),
                url + (url.contains("?") ? "&" : "?") + "start=begin");
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), environment)) {
            report.add("events to " + what, perSecond(server, id, stored), "/s", "");
            server.terminate();
        }
    }

    private static double perSecond(ServerProcess server, String id, long stored) throws InterruptedException {
        long end = System.nanoTime() + WITHIN.toNanos();
        long first = 0;
        long began = 0;
        while (true) {
            long next = server.client().getJson("/v1/destinations/" + id).getLong("next");
            long now = System.nanoTime();
            if (first == 0 && next > 0) {
                first = next;
                began = now;
            }
            if (next >= stored) {
                return (stored - first) * 1e9 / Math.max(1, now - began);
            }
            if (now > end) {
                throw new IllegalStateException(id + " has delivered " + next + " of " + stored);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }
}
