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

/** How a client is to be. Every setting has a default but the agent. Not thread-safe; good for one client. */
public final class AuditClientBuilder {
    /** What the server takes in one request unless it is told otherwise. */
    private static final int MOST_EVENTS = 10_000;

    private static final int MOST_BYTES = 16 * 1024 * 1024;

    /** Of a {@link MemoryBuffer}. */
    private static final int MOST_BUFFERED = 8_000_000;

    private static final int MOST_IN_FLIGHT = 16;

    private URI endpoint = URI.create("http://localhost:8000");

    private @Nullable String token;
    private @Nullable String agentInstanceId;
    private FullPolicy whenFull = FullPolicy.dropNewest();
    private Duration closeTimeout = Duration.ofSeconds(10);
    private boolean closeOnShutdown;
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

    /** Where the server is, such as {@code https://audit.example.com}; {@code http://localhost:8000} unless told. */
    public AuditClientBuilder endpoint(String url) {
        this.endpoint = URI.create(url);
        return this;
    }

    /**
     * A key of the server ({@code bin/sentinel keys create}) with the scope {@code ingest}; by default none is shown.
     */
    public AuditClientBuilder token(@Nullable String key) {
        this.token = key;
        return this;
    }

    /** Who acts, unless an event or its scope says so: 1 to 255 characters. */
    public AuditClientBuilder agentInstanceId(String id) {
        this.agentInstanceId = id;
        return this;
    }

    /**
     * How much is kept in memory until the server has decided on it: 50,000 events and 32 MiB, unless told. Does not
     * count with a spill directory.
     */
    public AuditClientBuilder buffer(int events, long bytes) {
        this.bufferEvents = between("buffer events", 1, MOST_BUFFERED, events);
        this.bufferBytes = atLeast("buffer bytes", 1024, bytes);
        return this;
    }

    /** What becomes of events for which there is no room; they are dropped, unless told. */
    public AuditClientBuilder whenFull(FullPolicy policy) {
        this.whenFull = policy;
        return this;
    }

    /**
     * Keeps events in files instead of in memory: each is in one before {@link AuditClient#record} returns, so that
     * also a killed process loses none; the next one with this directory sends what is left. Other processes may use
     * the same directory. It holds events without their secrets, is made if it is missing, and belongs on a disk of
     * this machine.
     *
     * @param bytes what this client may have there; 256 MiB is ample
     */
    public AuditClientBuilder spill(Path directory, long bytes) {
        this.spillDirectory = directory;
        this.spillBytes = atLeast("spill bytes", 64 * 1024, bytes);
        return this;
    }

    /** The same with 256 MiB. */
    public AuditClientBuilder spill(Path directory) {
        return spill(directory, spillBytes);
    }

    /** How much goes in one request, at most: 1,000 events and 1 MiB, unless told, and half of the buffer. */
    public AuditClientBuilder batch(int events, int bytes) {
        this.batchEvents = between("batch events", 1, MOST_EVENTS, events);
        this.batchBytes = between("batch bytes", 1024, MOST_BYTES, bytes);
        return this;
    }

    /** How long an event waits for others to be sent with: 200 ms, unless told. */
    public AuditClientBuilder flushInterval(Duration time) {
        this.flushInterval = positive("flush interval", time);
        return this;
    }

    /** Bodies beyond so many bytes are compressed: 16 KiB, unless told. */
    public AuditClientBuilder gzipAbove(int bytes) {
        this.gzipAbove = between("gzip threshold", 0, Integer.MAX_VALUE, bytes);
        return this;
    }

    /**
     * How many batches are on their way at a time: 2, unless told. With 1, events arrive in the order in which they
     * were recorded.
     */
    public AuditClientBuilder inFlight(int batches) {
        this.inFlight = between("batches in flight", 1, MOST_IN_FLIGHT, batches);
        return this;
    }

    /** How long to wait for a connection (5 s, unless told) and for the whole answer to a request (30 s). */
    public AuditClientBuilder timeouts(Duration connect, Duration request) {
        this.connectTimeout = positive("connect timeout", connect);
        this.requestTimeout = positive("request timeout", request);
        return this;
    }

    /**
     * The bound of the random pause before a first retry (200 ms, unless told), which doubles with each failure, and
     * the longest one (30 s).
     */
    public AuditClientBuilder backoff(Duration first, Duration longest) {
        this.firstBackoff = positive("first backoff", first);
        this.longestBackoff = positive("longest backoff", longest);
        return this;
    }

    /** How long {@link AuditClient#close()} may take: 10 s, unless told. */
    public AuditClientBuilder closeTimeout(Duration time) {
        this.closeTimeout = positive("close timeout", time);
        return this;
    }

    /** Closes the client when the JVM ends, if nobody else has. */
    public AuditClientBuilder closeOnShutdown() {
        this.closeOnShutdown = true;
        return this;
    }

    /**
     * How much is taken out of events before they leave the process; everything that looks like a secret, unless told.
     */
    public AuditClientBuilder redaction(RedactionRules.Mode mode) {
        this.redaction = mode;
        return this;
    }

    /** More names of secrets, wherever they stand in the name of a member; case and separators do not count. */
    public AuditClientBuilder redactKeys(Collection<String> names) {
        this.redactKeys = List.copyOf(names);
        return this;
    }

    /**
     * Whole names that are no secrets, whatever the rules say. The server has rules of its own:
     * {@code REDACT_KEEP_KEYS}.
     */
    public AuditClientBuilder keepKeys(Collection<String> names) {
        this.keepKeys = List.copyOf(names);
        return this;
    }

    /** Whom to trust, and what to show; by default, that of the JVM. */
    public AuditClientBuilder sslContext(SSLContext context) {
        this.tls = context;
        return this;
    }

    /** Who hears what becomes of events. */
    public AuditClientBuilder listener(AuditListener newListener) {
        this.listener = newListener;
        return this;
    }

    /**
     * Starts a client.
     *
     * @throws IllegalArgumentException if a setting is not usable
     * @throws UncheckedIOException if the spill directory is not
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
        // Half of the buffer is a batch too: one that never fills would leave it only when its time is over.
        int events = spillDirectory == null ? Math.min(batchEvents, Math.max(1, bufferEvents / 2)) : batchEvents;
        int bytes = (int) Math.min(batchBytes, (spillDirectory == null ? bufferBytes : spillBytes) / 2);
        Sender sender = new Sender(buffer, ledger, closing, inFlight, events, bytes, flushInterval, deliveries);
        ClientSettings settings = new ClientSettings(
                agentInstanceId,
                RedactionRules.of(redaction, redactKeys, keepKeys),
                whenFull,
                closeTimeout,
                closeOnShutdown);
        AuditClient client = new AuditClient(settings, buffer, ledger, closing, sender, clock);
        ledger.recovered.add(buffer.recover());
        sender.start();
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
            throw new IllegalArgumentException("endpoint must be no more than a scheme, a host, a port and a path");
        }
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/events");
    }

    /** What no header may hold would fail in each request, in words that repeat it. */
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
        } catch (IOException e) {
            throw new UncheckedIOException("the spill directory cannot be used: " + spillDirectory, e);
        }
    }

    private static int between(String what, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be from " + least + " to " + most + ": " + value);
        }
        return value;
    }

    private static long atLeast(String what, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ": " + value);
        }
        return value;
    }

    private static Duration positive(String what, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " must be longer than nothing: " + time);
        }
        return time;
    }
}
