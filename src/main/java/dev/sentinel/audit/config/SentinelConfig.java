package dev.sentinel.audit.config;

import dev.sentinel.audit.redact.RedactionRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Everything that can be configured. */
public record SentinelConfig(
        HttpConfig http, IngestConfig ingest, RedactionConfig redaction, StoreConfig store, LogConfig log) {
    private static final long MIB = 1L << 20;

    /** Protection that an operator would believe to have: better no start than a start without it. */
    private static final List<String> NOT_YET =
            List.of("API_TOKEN", "RATE_LIMIT", "ALLOWED_ORIGINS", "TRUSTED_PROXIES");

    /** Reads the configuration; throws {@link ConfigException} for the first value that is not allowed. */
    public static SentinelConfig fromEnvironment(Map<String, String> variables) {
        Environment env = new Environment(variables);
        for (String name : NOT_YET) {
            if (env.isSet(name)) {
                throw new ConfigException(name, "***", "this version cannot enforce it; leave it empty");
            }
        }
        return new SentinelConfig(http(env), ingest(env), redaction(env), store(env), log(env));
    }

    private static HttpConfig http(Environment env) {
        return new HttpConfig(
                env.text("HOST", "127.0.0.1"),
                env.integer("PORT", 8000, 0, 65_535),
                env.integer("EVENT_LOOPS", Math.min(64, Runtime.getRuntime().availableProcessors()), 1, 64),
                env.duration("IDLE_TIMEOUT", "60s", Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    private static IngestConfig ingest(Environment env) {
        long maxBody = env.bytes("MAX_BODY_BYTES", "16MiB", 1024, 64 * MIB);
        int maxBatch = env.integer("MAX_BATCH_EVENTS", 10_000, 1, 100_000);
        int maxEvents = env.integer("MAX_IN_FLIGHT_EVENTS", 10_000, 1, 1_000_000);
        long maxBytes = env.bytes("MAX_IN_FLIGHT_BYTES", "32MiB", 1024, 4096 * MIB);
        if (maxEvents < maxBatch) {
            throw new ConfigException(
                    "MAX_IN_FLIGHT_EVENTS", Integer.toString(maxEvents), "at least MAX_BATCH_EVENTS=" + maxBatch);
        }
        if (maxBytes < 2 * maxBody) {
            throw new ConfigException(
                    "MAX_IN_FLIGHT_BYTES",
                    Long.toString(maxBytes),
                    "at least twice MAX_BODY_BYTES=" + maxBody + ", for a compressed body and its content");
        }
        return new IngestConfig(
                (int) maxBody,
                maxBatch,
                maxEvents,
                maxBytes,
                env.duration("ADMISSION_WAIT", "500ms", Duration.ofMillis(1), Duration.ofSeconds(10)),
                env.duration("BODY_TIMEOUT", "30s", Duration.ofMillis(100), Duration.ofMinutes(10)));
    }

    private static RedactionConfig redaction(Environment env) {
        return new RedactionConfig(
                env.oneOf("REDACTION", RedactionRules.Mode.FULL, RedactionRules.Mode.class),
                keys(env, "REDACT_KEYS"),
                keys(env, "REDACT_KEEP_KEYS"));
    }

    private static List<String> keys(Environment env, String name) {
        List<String> keys = env.list(name);
        if (!keys.stream().allMatch(RedactionRules::isUsableKey)) {
            throw new ConfigException(
                    name, String.join(",", keys), "names with commas between them, each with an ASCII letter or digit");
        }
        return keys;
    }

    private static StoreConfig store(Environment env) {
        Path data = env.path("DATA_DIR", "data");
        return new StoreConfig(
                DatabaseUrl.sqliteFile(env.text("DATABASE_URL", "sqlite:sentinel_audit.db"), data),
                env.integer("MAX_INDEX_BACKLOG", 50_000, 1_000, 1_000_000),
                env.integer("READERS", 8, 1, 64),
                env.bytes("MIN_FREE_BYTES", "100MiB", 0, Long.MAX_VALUE));
    }

    private static LogConfig log(Environment env) {
        return new LogConfig(
                env.oneOf("LOG_LEVEL", LogConfig.Level.INFO, LogConfig.Level.class),
                env.oneOf("LOG_FORMAT", LogConfig.Format.TEXT, LogConfig.Format.class));
    }
}
