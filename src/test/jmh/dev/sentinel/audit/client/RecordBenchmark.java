package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.RedactionRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The total cost of {@link AuditClient#record} on the agent's thread: the id, the time, redaction, JSON, the buffer.
 * Another thread drains the buffer immediately, so that it is never full; nothing is sent. The median of the samples is
 * what an agent sees; the tail shows other programs on the machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 3)
public class RecordBenchmark {
    /** Where events are buffered, and the level of redaction. */
    @Param({"memory", "memory-unredacted", "spill"})
    public String kind;

    private EventBuffer buffer;
    private AuditClient client;
    private volatile boolean done;
    private Thread drain;

    /** Starts the thread that drains the buffer. */
    @Setup
    public void start() throws IOException {
        Ledger ledger = new Ledger(new AuditListener() {});
        Closing closing = new Closing();
        buffer = kind.equals("spill")
                ? SpillBuffer.open(Files.createTempDirectory(Path.of("target"), "record"), 1L << 30, ledger)
                : new MemoryBuffer(4_000_000, 1L << 30);
        Sender sender = new Sender(buffer, ledger, closing, 0, 1_000, 1_000_000, Duration.ofMillis(200), () -> null);
        RedactionRules.Mode mode = kind.endsWith("unredacted") ? RedactionRules.Mode.OFF : RedactionRules.Mode.FULL;
        ClientSettings settings = new ClientSettings(
                "billing-agent-7", null, null, FullPolicy.dropNewest(), Duration.ofSeconds(1), false);
        ServerRules rules =
                new ServerRules(RedactionRules.of(mode, List.of(), List.of()), CompletableFuture::new, closing, ledger);
        client = new AuditClient(settings, buffer, ledger, closing, sender, rules, Clock.systemUTC());
        done = false;
        drain = new Thread(() -> {
            while (!done) {
                Batch batch = buffer.take(10_000, 1 << 24);
                if (batch == null) {
                    LockSupport.parkNanos(1_000_000);
                } else {
                    buffer.complete(batch);
                }
            }
        });
        drain.start();
    }

    /** Reports dropped events, which would make the result too good. */
    @TearDown
    public void stop() throws InterruptedException {
        done = true;
        drain.join();
        if (client.stats().dropped() > 0) {
            throw new IllegalStateException("the buffer was full: " + client.stats());
        }
        buffer.close();
    }

    /** Records the event of the README. */
    @Benchmark
    public void alone() {
        record();
    }

    /** Records on eight threads at once. */
    @Benchmark
    @Threads(8)
    public void amongEight() {
        record();
    }

    private void record() {
        client.record(event -> event.traceId("run-42")
                .toolCall("web_search")
                .latencyMs(182)
                .metadata("query", "weather in Paris tomorrow")
                .metadata("query_length", 42));
    }
}
