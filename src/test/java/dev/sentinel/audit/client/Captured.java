package dev.sentinel.audit.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.redact.RedactionRules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A client without sender threads, whose events stay in the buffer for a test to inspect. */
final class Captured {
    private final Ledger ledger = new Ledger(new AuditListener() {});
    private final MemoryBuffer buffer = new MemoryBuffer(1_000, 1_000_000);
    private String last = "";

    AuditClient client() {
        return client(List.of());
    }

    /** @param keptKeys names that are never secret */
    AuditClient client(List<String> keptKeys) {
        Closing closing = new Closing();
        Supplier<Delivery> none = () -> {
            throw new AssertionError("there is no thread");
        };
        Sender sender = new Sender(buffer, ledger, closing, 0, 100, 100_000, Duration.ofSeconds(1), none);
        ClientSettings settings =
                new ClientSettings("agent", null, null, FullPolicy.dropNewest(), Duration.ofSeconds(1), false);
        ServerRules rules = new ServerRules(
                RedactionRules.of(RedactionRules.Mode.FULL, List.of(), keptKeys),
                CompletableFuture::new,
                closing,
                ledger);
        return new AuditClient(settings, buffer, ledger, closing, sender, rules, Clock.systemUTC());
    }

    /** The last recorded event as JSON. */
    String last() {
        Batch batch = buffer.take(1_000, 1_000_000);
        if (batch != null) {
            List<byte[]> events = batch.events();
            last = new String(events.get(events.size() - 1), UTF_8);
        }
        return last;
    }
}
