package dev.sentinel.audit.config;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.keys.RateLimit;
import dev.sentinel.audit.keys.TokenHash;
import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration.
 *
 * @param redis what several servers share; null for none
 * @param feed where messages are read; null for nowhere
 * @param plugins the directory of plugins; null for none
 */
public record SentinelConfig(
        HttpConfig http,
        AuthConfig auth,
        LimitConfig limits,
        @Nullable RedisConfig redis,
        IngestConfig ingest,
        OtlpConfig otlp,
        RedactionConfig redaction,
        StoreConfig store,
        EvidenceConfig evidence,
        ForwardConfig forward,
        @Nullable FeedConfig feed,
        @Nullable Path plugins,
        LogConfig log) {
    private static final long MIB = 1L << 20;

    /** A token with fewer characters can be guessed. */
    private static final int STRONG_TOKEN = 16;

    private static final Pattern HOST = Pattern.compile("[a-z0-9._-]+|\\[[0-9a-f:.]+]");
    /** Key names have no blanks and no plus sign (c2sp.org/signed-note). */
    private static final Pattern ORIGIN_OF_LOG = Pattern.compile("[A-Za-z0-9._~:/-]{1,200}(?<![/])");

    private static final Pattern WITNESS_URL = Pattern.compile("https?://[^/?#@\\s]+(/[^?#\\s]*)?");
    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@\\s*]+");

    /** Reads the configuration; throws {@link ConfigException} for the first invalid value. */
    public static SentinelConfig fromEnvironment(Map<String, String> variables) {
        Environment env = new Environment(variables);
        HttpConfig http = http(env);
        AuthConfig auth = auth(env);
        LimitConfig limits = limits(env);
        RedisConfig redis = redis(env);
        IngestConfig ingest = ingest(env);
        OtlpConfig otlp = otlp(env);
        RedactionConfig redaction = redaction(env);
        StoreConfig store = store(env, redaction.rules());
        EvidenceConfig evidence = evidence(env, store.database());
        ForwardConfig forward = forward(env, store.database());
        FeedConfig feed = Destinations.feed(env, "KAFKA_IN", "kafka://broker-1:9092/agent-events");
        Path plugins = env.isSet("PLUGINS_DIR") ? env.path("PLUGINS_DIR", "") : null;
        LogConfig log = log(env);
        env.rejectMisspelled();
        return new SentinelConfig(
                http, auth, limits, redis, ingest, otlp, redaction, store, evidence, forward, feed, plugins, log);
    }

    private static AuthConfig auth(Environment env) {
        AuthConfig.Mode mode = env.oneOf("AUTH", AuthConfig.Mode.AUTO, AuthConfig.Mode.class);
        String token = token(env, "API_TOKEN");
        String metricsToken = token(env, "METRICS_TOKEN");
        if (mode == AuthConfig.Mode.NONE && !token.isEmpty()) {
            throw new ConfigException("AUTH", "none", "API_TOKEN is set but would protect nothing; unset one of them");
        }
        return new AuthConfig(
                mode,
                token.isEmpty() ? null : TokenHash.of(token),
                isWeak(token),
                metricsToken.isEmpty() ? null : TokenHash.of(metricsToken),
                isWeak(metricsToken),
                hosts(env));
    }

    private static boolean isWeak(String token) {
        return token.length() < STRONG_TOKEN && !token.isEmpty();
    }

    private static List<String> hosts(Environment env) {
        List<String> hosts = env.list("ALLOWED_HOSTS").stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new ConfigException(
                        "ALLOWED_HOSTS",
                        host,
                        "must be host names or addresses without a port, such as audit.internal");
            }
        }
        return hosts;
    }

    private static String token(Environment env, String name) {
        String token = env.secret(name, "");
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ConfigException(name, "***", "must be visible ASCII characters without spaces");
        }
        return token;
    }

    private static LimitConfig limits(Environment env) {
        String text = env.text("RATE_LIMIT", "");
        RateLimit limit = RateLimit.parse(text);
        if (limit == null && !text.isEmpty()) {
            throw new ConfigException("RATE_LIMIT", text, "must be " + RateLimit.FORM);
        }
        List<Subnet> proxies = new ArrayList<>();
        for (String entry : env.list("TRUSTED_PROXIES")) {
            Subnet subnet = Subnet.parse(entry);
            if (subnet == null) {
                throw new ConfigException(
                        "TRUSTED_PROXIES", entry, "must be addresses or networks, such as 127.0.0.1,10.0.0.0/8");
            }
            proxies.add(subnet);
        }
        return new LimitConfig(limit, env.bytes("DAILY_BYTES", "0", 0, Long.MAX_VALUE), proxies);
    }

    private static @Nullable RedisConfig redis(Environment env) {
        String url = env.secret("REDIS_URL", "");
        Duration timeout = env.duration("REDIS_TIMEOUT", "50ms", Duration.ofMillis(1), Duration.ofSeconds(10));
        return url.isEmpty() ? null : RedisConfig.parse("REDIS_URL", url, timeout);
    }

    private static List<String> origins(Environment env) {
        List<String> origins = env.list("ALLOWED_ORIGINS");
        for (String origin : origins) {
            if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
                throw new ConfigException(
                        "ALLOWED_ORIGINS",
                        origin,
                        "must be origins without a path, such as https://app.example.com, or *");
            }
        }
        return origins;
    }

    private static HttpConfig http(Environment env) {
        return new HttpConfig(
                env.text("HOST", "127.0.0.1"),
                env.integer("PORT", 8000, 0, 65_535),
                env.integer("EVENT_LOOPS", Math.min(64, Runtime.getRuntime().availableProcessors()), 1, 64),
                env.integer("MAX_CONNECTIONS", 10_000, 1, 1_000_000),
                env.duration("IDLE_TIMEOUT", "60s", Duration.ofSeconds(1), Duration.ofHours(1)),
                env.duration("ANSWER_TIMEOUT", "60s", Duration.ofSeconds(1), Duration.ofHours(1)),
                env.integer("MAX_STREAMS", 500, 1, 10_000),
                env.integer("MAX_EXPORTS", 2, 1, 16),
                BasePath.parse("BASE_PATH", env.text("BASE_PATH", "")),
                origins(env));
    }

    private static IngestConfig ingest(Environment env) {
        long maxBody = env.bytes("MAX_BODY_BYTES", "16MiB", 1024, 64 * MIB);
        int maxBatch = env.integer("MAX_BATCH_EVENTS", 10_000, 1, 100_000);
        int maxEvents = env.integer("MAX_IN_FLIGHT_EVENTS", 40_000, 1, 1_000_000);
        long maxBytes = env.bytes("MAX_IN_FLIGHT_BYTES", "32MiB", 1024, 4096 * MIB);
        if (maxEvents < maxBatch) {
            throw new ConfigException(
                    "MAX_IN_FLIGHT_EVENTS",
                    Integer.toString(maxEvents),
                    "must be at least MAX_BATCH_EVENTS=" + maxBatch);
        }
        if (maxBytes < 2 * maxBody) {
            throw new ConfigException(
                    "MAX_IN_FLIGHT_BYTES",
                    Long.toString(maxBytes),
                    "must be at least twice MAX_BODY_BYTES=" + maxBody + ", for a compressed body and its content");
        }
        return new IngestConfig(
                (int) maxBody,
                maxBatch,
                maxEvents,
                maxBytes,
                env.duration("ADMISSION_WAIT", "500ms", Duration.ofMillis(1), Duration.ofSeconds(10)),
                env.duration("BODY_TIMEOUT", "30s", Duration.ofMillis(100), Duration.ofMinutes(10)),
                env.bytes("MIN_BODY_RATE", "1KiB", 0, MIB));
    }

    private static OtlpConfig otlp(Environment env) {
        return new OtlpConfig(
                (int) env.bytes("OTLP_MAX_BODY_BYTES", "64MiB", 1024, 256 * MIB),
                env.oneOf("OTLP_CONTENT", OtlpConfig.Content.ARGUMENTS, OtlpConfig.Content.class),
                env.oneOf("OTLP_SPANS", OtlpConfig.Spans.ACTIONS, OtlpConfig.Spans.class));
    }

    private static RedactionConfig redaction(Environment env) {
        return new RedactionConfig(
                env.oneOf("REDACTION", RedactionRules.Mode.FULL, RedactionRules.Mode.class),
                keys(env, "REDACT_KEYS"),
                keys(env, "REDACT_KEEP_KEYS"),
                shapes(env));
    }

    /** Reads the file that REDACT_SHAPES names. Blocking; only at start. */
    private static List<String> shapes(Environment env) {
        String file = env.text("REDACT_SHAPES", "");
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            List<String> shapes = Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            RedactionRules.of(RedactionRules.Mode.FULL, List.of(), List.of(), shapes);
            return shapes;
        } catch (IOException e) {
            throw new ConfigException("REDACT_SHAPES", file, "must name a readable file in UTF-8");
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "REDACT_SHAPES", file, "must be a file in the form of shapes.tsv: " + e.getMessage());
        }
    }

    private static List<String> keys(Environment env, String name) {
        List<String> keys = env.list(name);
        if (!keys.stream().allMatch(RedactionRules::isUsableKey)) {
            throw new ConfigException(
                    name, String.join(",", keys), "must be comma-separated names, each with a letter or a digit");
        }
        return keys;
    }

    /** The directory that Sentinel has for itself. The database may be elsewhere. */
    public static Path dataDirectory(Map<String, String> variables) {
        return new Environment(variables).path("DATA_DIR", "data");
    }

    private static StoreConfig store(Environment env, RedactionRules redaction) {
        Path data = env.path("DATA_DIR", "data");
        return new StoreConfig(
                DatabaseUrl.parse("DATABASE_URL", env.secret("DATABASE_URL", "sqlite:sentinel_audit.db"), data),
                env.integer("MAX_INDEX_BACKLOG", 50_000, 1_000, 1_000_000),
                env.integer("READERS", 8, 1, 64),
                env.integer("WRITERS", 4, 1, 64),
                env.duration("DATABASE_TIMEOUT", "10s", Duration.ofMillis(100), Duration.ofMinutes(10)),
                env.bytes("MIN_FREE_BYTES", "100MiB", 0, Long.MAX_VALUE),
                redaction);
    }

    private static EvidenceConfig evidence(Environment env, Database database) {
        String origin = env.text("LOG_ORIGIN", "");
        if (!origin.isEmpty() && !ORIGIN_OF_LOG.matcher(origin).matches()) {
            throw new ConfigException(
                    "LOG_ORIGIN",
                    origin,
                    "must be the URL of the log without https:// and without a slash at the end, such as"
                            + " audit.example.com/log");
        }
        boolean hasKey = env.isSet("SIGNING_KEY_FILE");
        Path data = env.path("DATA_DIR", "data");
        String file = env.text("CHECKPOINT_FILE", "");
        return new EvidenceConfig(
                env.oneOf("EVIDENCE", EvidenceConfig.Mode.ON, EvidenceConfig.Mode.class) == EvidenceConfig.Mode.ON,
                origin.isEmpty() ? null : origin,
                hasKey
                        ? env.path("SIGNING_KEY_FILE", "")
                        : data.resolve("signer").resolve("log.key"),
                // Several servers share a PostgreSQL database; each with a key of its own would be a fork.
                hasKey || database instanceof Database.Sqlite,
                env.oneOf("LOG_ACCESS", EvidenceConfig.Access.READ, EvidenceConfig.Access.class)
                        == EvidenceConfig.Access.PUBLIC,
                env.duration("CHECKPOINT_EVERY", "60s", Duration.ofSeconds(1), Duration.ofDays(1)),
                file.isEmpty() ? null : Path.of(file),
                webhook(env),
                witnesses(env));
    }

    private static @Nullable URI webhook(Environment env) {
        String url = env.secret("CHECKPOINT_WEBHOOK", "");
        if (url.isEmpty()) {
            return null;
        }
        try {
            URI parsed = URI.create(url);
            if (parsed.getHost() != null && List.of("http", "https").contains(parsed.getScheme())) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the message.
        }
        throw new ConfigException("CHECKPOINT_WEBHOOK", "***", "must be a URL, http or https");
    }

    /** Reads the file that WITNESS_POLICY names. Blocking; only at start. */
    private static @Nullable Policy witnesses(Environment env) {
        String file = env.text("WITNESS_POLICY", "");
        if (file.isEmpty()) {
            return null;
        }
        try {
            Policy policy = Policy.parse(Files.readString(Path.of(file)));
            for (Policy.Witness witness : policy.witnesses()) {
                if (!WITNESS_URL.matcher(witness.url().orElse("")).matches()) {
                    throw new ConfigException(
                            "WITNESS_POLICY", file, "must name a URL, http or https, of the witness " + witness.name());
                }
            }
            return policy;
        } catch (IOException e) {
            throw new ConfigException("WITNESS_POLICY", file, "must name a readable file in UTF-8");
        } catch (MalformedNoteException e) {
            throw new ConfigException(
                    "WITNESS_POLICY", file, "must name a file in the form of c2sp.org/tlog-policy: " + e.getMessage());
        }
    }

    private static ForwardAllow forwardAllow(Environment env) {
        List<String> entries = env.list("FORWARD_ALLOW");
        try {
            return ForwardAllow.parse(entries);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "FORWARD_ALLOW",
                    String.join(",", entries),
                    "must be networks and host names, such as 10.20.0.0/16,siem.internal");
        }
    }

    private static ForwardConfig forward(Environment env, Database database) {
        List<String> ids = env.list("DESTINATIONS");
        int max = env.integer("MAX_DESTINATIONS", 20, 1, 100);
        if (ids.size() > max) {
            throw new ConfigException("DESTINATIONS", ids.size() + " names", "must be at most MAX_DESTINATIONS=" + max);
        }
        Map<String, String> values = new TreeMap<>();
        boolean hasKey = env.isSet("SECRETS_KEY_FILE");
        // Several servers share a PostgreSQL database, and all of them need the same key.
        boolean isAlone = database instanceof Database.Sqlite;
        Path ownKey = env.path("DATA_DIR", "data").resolve("signer").resolve("secrets.key");
        return new ForwardConfig(
                Destinations.read(env, ids, values),
                values,
                max,
                forwardAllow(env),
                hasKey ? env.path("SECRETS_KEY_FILE", "") : isAlone ? ownKey : null,
                isAlone);
    }

    private static LogConfig log(Environment env) {
        return new LogConfig(
                env.oneOf("LOG_LEVEL", LogConfig.Level.INFO, LogConfig.Level.class),
                env.oneOf("LOG_FORMAT", LogConfig.Format.TEXT, LogConfig.Format.class));
    }
}
