package dev.sentinel.audit.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One file of {@code src/test/scenarios}, whose README describes the format. */
record Scenario(Path file, JsonNode json) {
    private static final Path DIRECTORY = Path.of("src/test/scenarios");

    static List<Scenario> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Scenario::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scenario read(Path file) {
        try {
            return new Scenario(file, new ObjectMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return json.get("name").asText();
    }

    int events() {
        return json.get("events").asInt();
    }

    AuditClientBuilder client(String url, Path spill) {
        JsonNode client = json.get("client");
        AuditClientBuilder builder = AuditClient.builder()
                .endpoint(url)
                .agentInstanceId("scenario-java")
                .batch(client.path("batch_events").asInt(100), 1024 * 1024)
                .flushInterval(millis(client, "flush_ms", 20))
                .timeouts(Duration.ofSeconds(5), millis(client, "timeout_ms", 5_000))
                .backoff(millis(client, "backoff_ms", 10), millis(client, "max_backoff_ms", 50))
                .buffer(client.path("buffer_events").asInt(10_000), 32 * 1024 * 1024)
                .gzipAbove(client.path("gzip_above").asInt(Integer.MAX_VALUE))
                .closeTimeout(millis(client, "close_ms", 10_000));
        return client.path("spill").asBoolean() ? builder.spill(spill) : builder;
    }

    boolean trusts() {
        return json.get("client").path("trust").asBoolean();
    }

    private static Duration millis(JsonNode client, String key, int defaultValue) {
        return Duration.ofMillis(client.path(key).asInt(defaultValue));
    }

    /** The resources that the server must store. */
    List<String> stored() {
        JsonNode stored = json.get("expect").get("stored");
        IntStream items = IntStream.range(0, events());
        if (stored.isTextual()) {
            items = stored.asText().equals("all") ? items : IntStream.empty();
        } else if (stored.has("first")) {
            items = items.limit(stored.get("first").asInt());
        } else {
            items = items.filter(item -> !stored.get("all_but").toString().matches(".*\\b" + item + "\\b.*"));
        }
        return items.mapToObj(item -> "item-" + item).toList();
    }

    /** The number of retries before the client is closed. */
    long minRetries() {
        return json.get("expect").get("stats").path("retried_at_least").asLong();
    }

    String rejectedSays() {
        return json.get("expect").path("rejected_says").asText();
    }

    /** The counts that differ from the expected ones; empty if all match. */
    Map<String, Long> mismatches(String section, Map<String, Long> actual) {
        Map<String, Long> mismatches = new TreeMap<>();
        json.get("expect").path(section).fields().forEachRemaining(expected -> {
            String name = expected.getKey().replaceAll("_at_(least|most)$", "");
            long value = expected.getValue().asLong();
            long is = actual.get(name);
            boolean right = expected.getKey().endsWith("_at_least")
                    ? is >= value
                    : expected.getKey().endsWith("_at_most") ? is <= value : is == value;
            if (!right) {
                mismatches.put(expected.getKey() + "=" + value + ", but is", is);
            }
        });
        return mismatches;
    }

    @Override
    public String toString() {
        return name();
    }
}
