package dev.sentinel.audit.ingest;

import dev.sentinel.audit.redact.SecretKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts events by their disposition. Any thread.
 *
 * <p>Invariant, as soon as no request is under way: received = captured + duplicate + rejected + conflict + limited +
 * shed + abandoned + failed. Received events are
 *
 * <ul>
 *   <li>all events of every decoded body, including invalid ones;
 *   <li>one for every request that was refused for overload or for its rate limit before its body was decoded: the
 *       number of its events is not known then, and not worth finding out.
 * </ul>
 *
 * <p>A request that is refused for another reason before its events are known counts as no event: without a valid token
 * (401) or scope (403), of an unknown media type (415), too large or with too many events (413), not JSON (400), too
 * slow (408), or empty (422).
 *
 * <p>An event counts when its disposition is known. If the store is slow, that is after the client was answered 503.
 */
public final class IngestMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(IngestMetrics.class);
    private static final int MAX_RETRY_COUNT = 1_000_000;

    /** The dispositions of an event. Every received event counts once, under exactly one of them. */
    enum Disposition {
        /** Stored. */
        CAPTURED,
        /** Already stored. */
        DUPLICATE,
        /** Violates the wire contract, or belongs to an agent for which the client may not send. */
        REJECTED,
        /** Refused by the rate limit; a request that was not decoded counts as one. */
        LIMITED,
        /** Another event with its id is stored. */
        CONFLICT,
        /** Refused because of overload, not stored; a request that was not decoded counts as one. */
        SHED,
        /** The client disconnected before the append; not stored. */
        ABANDONED,
        /** The store failed; the client does not know whether the event is stored. */
        FAILED
    }

    private final Map<Disposition, Counter> dispositions = new EnumMap<>(Disposition.class);
    private final Map<SecretKind, Counter> secrets = new EnumMap<>(SecretKind.class);
    private final Counter retries;
    private final Counter hiddenConflicts;
    private final LongAdder shedSinceLog = new LongAdder();

    /** Registers all counters, so that they exist, at 0, before the first event. */
    public IngestMetrics(MeterRegistry registry) {
        for (Disposition disposition : Disposition.values()) {
            dispositions.put(
                    disposition,
                    Counter.builder("sentinel.events")
                            .description("Events received, by outcome.")
                            .tag("outcome", disposition.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (SecretKind kind : SecretKind.values()) {
            secrets.put(
                    kind,
                    Counter.builder("sentinel.redactions")
                            .description("Secrets redacted from events, by kind.")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        hiddenConflicts = Counter.builder("sentinel.conflicts.hidden")
                .description("Conflicts with events that the key of the client may not see.")
                .register(registry);
        retries = Counter.builder("sentinel.sdk.retries")
                .description("Retries that clients reported in the header Sentinel-Retry-Count.")
                .register(registry);
    }

    void count(Disposition disposition, int events) {
        dispositions.get(disposition).increment(events);
        if (disposition == Disposition.SHED) {
            shedSinceLog.add(events);
        }
    }

    /** Counts a secret that was redacted, whatever the outcome of its event. */
    public void countSecret(SecretKind kind) {
        secrets.get(kind).increment();
    }

    /**
     * Counts a conflict with an event that the client may not see. It gets the same answer as for any conflict, so only
     * this says that a client guesses the ids of others, or that another one has taken its ids.
     */
    void countHiddenConflict() {
        hiddenConflicts.increment();
    }

    /** Reads the header Sentinel-Retry-Count; ignores an implausible number. */
    void countRetries(@Nullable String header) {
        if (header == null || header.isEmpty() || header.length() > 7) {
            return;
        }
        int count = 0;
        for (int i = 0; i < header.length(); i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return;
            }
            count = count * 10 + digit;
        }
        if (count <= MAX_RETRY_COUNT) {
            retries.increment(count);
        }
    }

    /** Logs one line for all events shed since the last call. Called every few seconds. */
    public void logShedding() {
        long shed = shedSinceLog.sumThenReset();
        if (shed > 0) {
            LOG.warn("overloaded shed_events={} status=503 effect=\"clients retry\"", shed);
        }
    }
}
