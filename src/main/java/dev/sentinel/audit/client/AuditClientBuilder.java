package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Configures a client. Every setting except the agent has a default. Not thread-safe; use once. */
public final class AuditClientBuilder {
    /** The server's default limits on one request. */
    private static final int MAX_EVENTS = 10_000;

    private static final int MAX_BYTES = 16 * 1024 * 1024;

    /** The limit of a {@link MemoryBuffer}. */
    private static final int MAX_BUFFERED = 8_000_000;

    private static final int MAX_IN_FLIGHT = 16;

    private URI endpoint = URI.create("http://localhost:8000");

    private @Nullable String token;
    private @Nullable String agentInstanceId;
    private @Nullable String sessionId;
    private @Nullable String onBehalfOf;
    private FullPolicy whenFull = FullPolicy.dropNewest();
    private Duration closeTimeout = Duration.ofSeconds(10);
    private boolean closeOnShutdown = true;
    private int bufferEvents = 50_000;
    private long bufferBytes = 32L * 1024 * 1024;
    private @Nullable Path spillDirectory;
    private long spillBytes = 256L * 1024 * 1024;
    private int batchEvents = 1_000;
    private int batchBytes = 1024 * 1024;
    private Duration flushInterval = Duration.ofMillis(200);
    private int gzipAbove = 16 * 1024;
    private int inFlight = 2;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private Duration firstBackoff = Duration.ofMillis(200);
    private Duration longestBackoff = Duration.ofSeconds(30);
    private RedactionRules.Mode redaction = RedactionRules.Mode.FULL;
    private List<String> redactKeys = List.of();
    private List<String> keepKeys = List.of();
    private @Nullable SSLContext tls;
    private AuditListener listener = new AuditListener() {};

    AuditClientBuilder() {}

    /** The server's URL, such as {@code https://audit.example.com}. Default: {@code http://localhost:8000}. */
    public AuditClientBuilder endpoint(String url) {
        this.endpoint = URI.create(url);
        return this;
    }

    /**
     * The server's API key for this client ({@code bin/sentinel keys create}), with the scope {@code ingest}. Default:
     * none. A client that sends a token over {@code http} to another machine logs one warning.
     */
    public AuditClientBuilder token(@Nullable String key) {
        this.token = key;
        return this;
    }

    /** The agent of events whose scope and builder name no other: 1 to 255 characters. */
    public AuditClientBuilder agentInstanceId(String id) {
        this.agentInstanceId = id;
        return this;
    }

    /** The session of events whose scope and builder name no other: 1 to 255 characters. Default: none. */
    public AuditClientBuilder sessionId(@Nullable String id) {
        this.sessionId = id;
        return this;
    }

    /**
     * The person or service that the agent acts for, if scope and builder name no other: 1 to 255 characters, better an
     * id than an e-mail address. Default: none.
     */
    public AuditClientBuilder onBehalfOf(@Nullable String whom) {
        this.onBehalfOf = whom;
        return this;
    }

    /**
     * The maximum of undecided events that are kept in memory. Default: 50,000 events and 32 MiB. Ignored with a spill
     * directory.
     */
    public AuditClientBuilder buffer(int events, long bytes) {
        this.bufferEvents = between("buffer events", 1, MAX_BUFFERED, events);
        this.bufferBytes = atLeast("buffer bytes", 1024, bytes);
        return this;
    }

    /** What to do with an event when the buffer is full. Default: drop it. */
    public AuditClientBuilder whenFull(FullPolicy policy) {
        this.whenFull = policy;
        return this;
    }

    /**
     * Keeps events in files instead of in memory. Each event is in a file before {@link AuditClient#record} returns, so
     * that even a killed process loses none; the next process with this directory sends the remaining events. Several
     * processes may share the directory. It is created if missing and should be on a local disk. Events are redacted
     * before they are written.
     *
     * @param bytes the maximum size of this client's files
     */
    public AuditClientBuilder spill(Path directory, long bytes) {
        this.spillDirectory = directory;
        this.spillBytes = atLeast("spill bytes", 64 * 1024, bytes);
        return this;
    }

    /** Keeps events in files of up to 256 MiB; see {@link #spill(Path, long)}. */
    public AuditClientBuilder spill(Path directory) {
        return spill(directory, spillBytes);
    }

    /** The maximum size of one request. Default: 1,000 events and 1 MiB. Never more than half of the buffer. */
    public AuditClientBuilder batch(int events, int bytes) {
        this.batchEvents = between("batch events", 1, MAX_EVENTS, events);
        this.batchBytes = between("batch bytes", 1024, MAX_BYTES, bytes);
        return this;
    }

    /** How long an event may wait for a batch to fill. Default: 200 ms. */
    public AuditClientBuilder flushInterval(Duration time) {
        this.flushInterval = positive("flush interval", time);
        return this;
    }

    /** The body size above which requests are compressed. Default: 16 KiB. */
    public AuditClientBuilder gzipAbove(int bytes) {
        this.gzipAbove = between("gzip threshold", 0, Integer.MAX_VALUE, bytes);
        return this;
    }

    /**
     * The maximum number of batches in flight. Default: 2. With 1, events arrive in the order in which they were
     * recorded.
     */
    public AuditClientBuilder inFlight(int batches) {
        this.inFlight = between("batches in flight", 1, MAX_IN_FLIGHT, batches);
        return this;
    }

    /** How long to wait for a connection (default: 5 s) and for the whole answer to a request (default: 30 s). */
    public AuditClientBuilder timeouts(Duration connect, Duration request) {
        this.connectTimeout = positive("connect timeout", connect);
        this.requestTimeout = positive("request timeout", request);
        return this;
    }

    /**
     * The bound on the random pause before the first retry (default: 200 ms), which doubles with each failure, and its
     * maximum (default: 30 s).
     */
    public AuditClientBuilder backoff(Duration first, Duration longest) {
        this.firstBackoff = positive("first backoff", first);
        this.longestBackoff = positive("longest backoff", longest);
        return this;
    }

    /** How long {@link AuditClient#close()} may take. Default: 10 s. */
    public AuditClientBuilder closeTimeout(Duration time) {
        this.closeTimeout = positive("close timeout", time);
        return this;
    }

    /**
     * Whether the client is closed when the JVM shuts down, unless it was closed before. Default: true. The shutdown
     * then waits for the remaining events, at most for the close timeout. Events that other shutdown hooks record
     * meanwhile may be dropped, and are counted; an agent that records in its own hook sets false and closes there.
     */
    public AuditClientBuilder closeOnShutdown(boolean close) {
        this.closeOnShutdown = close;
        return this;
    }

    /**
     * Which secrets are removed from events before they leave the process. Default: all that the rules recognize. The
     * client asks the server at the start for its own additions ({@code REDACT_KEYS}, {@code REDACT_SHAPES}) and
     * exemptions ({@code REDACT_KEEP_KEYS}); until it knows them, the built-in rules apply.
     */
    public AuditClientBuilder redaction(RedactionRules.Mode mode) {
        this.redaction = mode;
        return this;
    }

    /** Additional names of secrets. They also match inside a longer name; case and separators do not count. */
    public AuditClientBuilder redactKeys(Collection<String> names) {
        this.redactKeys = List.copyOf(names);
        return this;
    }

    /**
     * Whole names that are never secret, even if a rule matches, in addition to those that the server exempts. The
     * server needs the same setting, or it redacts them: {@code REDACT_KEEP_KEYS}.
     */
    public AuditClientBuilder keepKeys(Collection<String> names) {
        this.keepKeys = List.copyOf(names);
        return this;
    }

    /** Trusted authorities and the client certificate. Default: those of the JVM. */
    public AuditClientBuilder sslContext(SSLContext context) {
        this.tls = context;
        return this;
    }

    /** Receives the outcome of events. */
    public AuditClientBuilder listener(AuditListener newListener) {
        this.listener = newListener;
        return this;
    }

    /**
     * Starts a client.
     *
     * @throws IllegalArgumentException if a setting is invalid
     * @throws UncheckedIOException if the spill directory cannot be used
     */
    public AuditClient build() {
        Ledger ledger = new Ledger(listener);
        Closing closing = new Closing();
        HttpTransport transport = new HttpTransport(events(), checkedToken(), connectTimeout, tls);
        EventBuffer buffer = openBuffer(ledger);
        Backoff backoff = new Backoff(
                firstBackoff, longestBackoff, () -> ThreadLocalRandom.current().nextDouble());
        Clock clock = Clock.systemUTC();
        Supplier<Delivery> deliveries = () -> new Delivery(
                transport, new AnswerReader(clock), new BatchBody(gzipAbove), backoff, requestTimeout, closing, ledger);
        // A batch is at most half of the buffer. A batch that never fills would be sent only when its linger time ends.
        int events = buffer.isPersistent() ? batchEvents : Math.min(batchEvents, Math.max(1, bufferEvents / 2));
        int bytes = (int) Math.min(batchBytes, (buffer.isPersistent() ? spillBytes : bufferBytes) / 2);
        Sender sender = new Sender(buffer, ledger, closing, inFlight, events, bytes, flushInterval, deliveries);
        ClientSettings settings =
                new ClientSettings(agentInstanceId, sessionId, onBehalfOf, whenFull, closeTimeout, closeOnShutdown);
        ServerRules rules = new ServerRules(
                RedactionRules.of(redaction, redactKeys, keepKeys),
                () -> transport.rules(requestTimeout),
                closing,
                ledger);
        AuditClient client = new AuditClient(settings, buffer, ledger, closing, sender, rules, clock);
        ledger.recovered.add(buffer.recover());
        if (token != null && Endpoints.areReadable(endpoint)) {
            ledger.tokenReadable(endpoint);
        }
        sender.start();
        rules.ask();
        ledger.lifecycle("client started endpoint=" + endpoint + " agent=" + agentInstanceId + " recovered="
                + ledger.recovered.sum());
        return client;
    }

    private URI events() {
        String scheme = String.valueOf(endpoint.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || endpoint.getHost() == null) {
            throw new IllegalArgumentException("endpoint must be a URL such as https://audit.example.com: " + endpoint);
        }
        if (endpoint.getUserInfo() != null || endpoint.getQuery() != null || endpoint.getFragment() != null) {
            throw new IllegalArgumentException("endpoint must consist of a scheme, a host, a port and a path only");
        }
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/events");
    }

    /** A token that no header can hold would fail in every request, with an error that repeats it. */
    private @Nullable String checkedToken() {
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~'))) {
            throw new IllegalArgumentException("token must be printable ASCII without spaces");
        }
        return token;
    }

    private EventBuffer openBuffer(Ledger ledger) {
        if (spillDirectory == null) {
            return new MemoryBuffer(bufferEvents, bufferBytes);
        }
        try {
            return SpillBuffer.open(spillDirectory, spillBytes, ledger);
        } catch (SpillRefusedException e) {
            ledger.spillRefused(e);
            return new MemoryBuffer(bufferEvents, bufferBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the spill directory: " + spillDirectory, e);
        }
    }

    private static int between(String what, int min, int max, int value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " must be from " + min + " to " + max + ": " + value);
        }
        return value;
    }

    private static long atLeast(String what, long min, long value) {
        if (value < min) {
            throw new IllegalArgumentException(what + " must be at least " + min + ": " + value);
        }
        return value;
    }

    private static Duration positive(String what, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " must be positive: " + time);
        }
        return time;
    }
}
