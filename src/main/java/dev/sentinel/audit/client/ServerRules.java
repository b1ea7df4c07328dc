package dev.sentinel.audit.client;

import dev.sentinel.audit.redact.RedactionRules;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a client redacts: its own, and, once the server has told them, the server's additions and
 * exemptions ({@code GET /v1/redaction}). Asks in the background, so that recording never waits; asks again while the
 * server cannot be reached, but not one that does not know the question. Any thread.
 */
final class ServerRules {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final RedactionRules own;
    private final Supplier<CompletableFuture<RawAnswer>> server;
    private final Closing closing;
    private final Ledger ledger;
    private volatile RedactionRules current;
    private volatile CompletableFuture<?> asking = CompletableFuture.completedFuture(null);

    /** @param server asks it once; fails if there is no answer in time */
    ServerRules(RedactionRules own, Supplier<CompletableFuture<RawAnswer>> server, Closing closing, Ledger ledger) {
        this.own = own;
        this.current = own;
        this.server = server;
        this.closing = closing;
        this.ledger = ledger;
    }

    /** The rules for the next event. */
    RedactionRules current() {
        return current;
    }

    /** Asks the server. Returns at once. */
    void ask() {
        if (own.mode() != RedactionRules.Mode.OFF) {
            ask(FIRST_PAUSE);
        }
    }

    /** Gives up an answer that is still awaited. */
    void stop() {
        asking.cancel(true);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The action takes failures too.
    private void ask(Duration pause) {
        if (closing.hasBegun()) {
            return;
        }
        CompletableFuture<RawAnswer> exchange = server.get();
        asking = exchange;
        if (closing.hasBegun()) {
            exchange.cancel(true); // stop() may have seen the exchange before
        }
        exchange.whenComplete((answer, failure) -> {
            if (answer == null || answer.status() == 429 || answer.status() >= 500) {
                Duration next = pause.multipliedBy(2);
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> ask(next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE));
            } else if (answer.status() == 200) {
                adopt(answer.body());
            }
        });
    }

    private void adopt(String json) {
        try {
            if (JsonReader.read(json) instanceof Map<?, ?> rules) {
                current = own.with(
                        mode(rules.get("mode")),
                        strings(rules.get("redact_keys")),
                        strings(rules.get("keep_keys")),
                        strings(rules.get("shapes")));
            }
        } catch (IllegalArgumentException e) {
            ledger.lifecycle("rules of the server not understood effect=\"own rules apply\" reason=" + e.getMessage());
        }
    }

    /** A mode that this client does not know asks for nothing. */
    private static RedactionRules.Mode mode(@Nullable Object name) {
        for (RedactionRules.Mode mode : RedactionRules.Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
                return mode;
            }
        }
        return RedactionRules.Mode.FULL;
    }

    private static List<String> strings(@Nullable Object values) {
        return values instanceof List<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }
}
