package dev.sentinel.audit.config;

import dev.sentinel.audit.evidence.tlog.Policy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the signed log.
 *
 * @param enabled whether the server builds the tree and signs it
 * @param origin the name of the log without its number, such as {@code audit.example.com/log}; null for one that is
 *     made from the log's id
 * @param signingKey the file that the keys and what they have signed are named after: for {@code log.key} those of log
 *     number 1 are {@code log-1.key} and {@code log-1.key.state}
 * @param makesKey whether a missing key is made; otherwise the server signs only with a key that is there
 * @param publicTiles whether checkpoints and hash tiles are served without a token
 * @param checkpointEvery how often the newest checkpoint leaves the server
 * @param checkpointFile the file that it is appended to; null for none
 * @param checkpointWebhook the URL that it is posted to, http or https; null for none
 * @param witnesses the witnesses that are asked for cosignatures, each with a URL; null for none
 */
public record EvidenceConfig(
        boolean enabled,
        @Nullable String origin,
        Path signingKey,
        boolean makesKey,
        boolean publicTiles,
        Duration checkpointEvery,
        @Nullable Path checkpointFile,
        @Nullable URI checkpointWebhook,
        @Nullable Policy witnesses) {

    /** The values of {@code EVIDENCE}. */
    public enum Mode {
        ON,
        OFF
    }

    /** The values of {@code LOG_ACCESS}. */
    public enum Access {
        /** The log needs a token like every other path. */
        READ,
        PUBLIC
    }
}
