package dev.sentinel.audit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What a destination of files has, read as a tool would that follows the manifest. */
final class DeliveredFiles {
    /** What came of reading everything. */
    record Reading(List<String> ids, long repeats) {}

    private final Path directory;

    DeliveredFiles(Path directory) {
        this.directory = directory;
    }

    /** The position after the last file of the manifest; 0 if there is none. */
    long next() {
        List<String> manifest = manifestLines();
        try {
            return manifest.isEmpty()
                    ? 0
                    : AgentRuns.JSON
                            .readTree(manifest.get(manifest.size() - 1))
                            .get("next")
                            .asLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the files in the order of the manifest, and drops each event that is not above the highest position so far:
     * the rule for receivers. Fails if a position is missing then.
     */
    Reading read() {
        List<String> ids = new ArrayList<>();
        long repeats = 0;
        for (JsonNode line : manifest()) {
            for (JsonNode event : events(line.get("file").asText())) {
                long seq = event.get("seq").asLong();
                if (seq < ids.size()) {
                    repeats++;
                    assertThat(event.get("event_id").asText())
                            .as("the event at position %d", seq)
                            .isEqualTo(ids.get((int) seq));
                } else {
                    assertThat(seq).as("the next position").isEqualTo(ids.size());
                    ids.add(event.get("event_id").asText());
                }
            }
        }
        return new Reading(ids, repeats);
    }

    private List<JsonNode> manifest() {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : manifestLines()) {
                lines.add(AgentRuns.JSON.readTree(line));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the last line if that is under way. */
    private List<String> manifestLines() {
        Path manifest = directory.resolve("manifest.ndjson");
        try {
            String text = Files.exists(manifest) ? Files.readString(manifest) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<JsonNode> events(String file) {
        try (GZIPInputStream gzip = new GZIPInputStream(Files.newInputStream(directory.resolve(file)))) {
            List<JsonNode> events = new ArrayList<>();
            for (String line : new String(gzip.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                events.add(AgentRuns.JSON.readTree(line));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
