package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.ingest.otlp.mapping.Counts;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Set;

/** Counts records. All series exist from the start; the reasons are those of the mapping tables. Any thread. */
final class OtlpMetrics {
    private final MeterRegistry registry;

    /** @param reasons for which records may be ignored */
    OtlpMetrics(MeterRegistry registry, Set<String> reasons) {
        this.registry = registry;
        reasons.forEach(this::ignored);
        for (Signal signal : new Signal[] {Signal.TRACES, Signal.LOGS}) {
            records(signal, "kept");
            records(signal, "ignored");
            records(signal, "rejected");
        }
    }

    void count(Signal signal, Counts counts) {
        records(signal, "kept").increment(counts.kept());
        records(signal, "rejected").increment(sum(counts.rejected().values()));
        records(signal, "ignored").increment(sum(counts.ignored().values()));
        counts.ignored().forEach((reason, count) -> ignored(reason).increment(count));
    }

    private Counter ignored(String reason) {
        return Counter.builder("sentinel.otlp.ignored")
                .description("Records of OpenTelemetry that are no action of an agent, by reason.")
                .tag("reason", reason)
                .register(registry);
    }

    static int sum(Iterable<Integer> counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    private Counter records(Signal signal, String outcome) {
        return Counter.builder("sentinel.otlp.records")
                .description("Records of OpenTelemetry received, by what became of them.")
                .tag("signal", signal.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(registry);
    }
}
