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

/** Counts what became of events. Any thread. */
public final class IngestMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(IngestMetrics.class);
    private static final int MAX_RETRY_COUNT = 1_000_000;

    /** What can become of an event. Every event that was decoded counts once, under exactly one of them. */
    enum Disposition {
        /** Stored. */
        CAPTURED,
        /** Was stored already. */
        DUPLICATE,
        /** Breaks the wire contract, or is of an agent for which the client may not speak. */
        REJECTED,
        /** More than the client may send; a request that was not decoded counts as one. */
        LIMITED,
        /** Another event has its id. */
        CONFLICT,
        /** Refused for overload, nothing was stored; a request that was not decoded counts as one. */
        SHED,
        /** The client had gone before they were appended; nothing was stored. */
        ABANDONED,
        /** The store failed; whether it was stored is unknown to the client. */
        FAILED
    }

    private final Map<Disposition, Counter> dispositions = new EnumMap<>(Disposition.class);
    private final Map<SecretKind, Counter> secrets = new EnumMap<>(SecretKind.class);
    private final Counter retries;
    private final LongAdder shedSinceLog = new LongAdder();

    /** Registers all counters, so that they are there, at 0, before anything happens. */
    public IngestMetrics(MeterRegistry registry) {
        for (Disposition disposition : Disposition.values()) {
            dispositions.put(
                    disposition,
                    Counter.builder("sentinel.events")
                            .description("Events received, by what became of them.")
                            .tag("outcome", disposition.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (SecretKind kind : SecretKind.values()) {
            secrets.put(
                    kind,
                    Counter.builder("sentinel.redactions")
                            .description("Secrets taken out of events, by what told them.")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
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

    /** One secret was taken out of an event, whatever becomes of the event. */
    public void countSecret(SecretKind kind) {
        secrets.get(kind).increment();
    }

    /** Takes the header as it came; what is no sane number is ignored. */
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

    /** One line for all that was shed since the last; to be called every some seconds. */
    public void logShedding() {
        long shed = shedSinceLog.sumThenReset();
        if (shed > 0) {
            LOG.warn("overloaded shed_events={} answered=503 consequence=clients-retry", shed);
        }
    }
}
