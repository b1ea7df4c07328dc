package dev.sentinel.audit.evidence;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators and alerts see of the signed log. */
public final class EvidenceMeters {
    private EvidenceMeters() {}

    /** Registers the gauges. A size or an age that is not known yet is NaN: a zero would be an alarm. */
    public static void register(MeterRegistry registry, Evidence evidence, Clock clock) {
        for (EvidenceState state : EvidenceState.values()) {
            Gauge.builder("sentinel.evidence.state", () -> evidence.state() == state ? 1 : 0)
                    .description("1 for the state of the signed log, 0 for every other one")
                    .tag("state", state.wireName())
                    .register(registry);
        }
        Gauge.builder(
                        "sentinel.evidence.size",
                        () -> evidence.size().isPresent()
                                ? (double) evidence.size().getAsLong()
                                : Double.NaN)
                .description("Events that the newest checkpoint covers")
                .register(registry);
        Gauge.builder("sentinel.evidence.checkpoint.age", () -> seconds(evidence.age(clock)))
                .description("Time since the newest checkpoint was signed; grows while no events arrive")
                .baseUnit("seconds")
                .register(registry);
    }

    private static double seconds(@Nullable Duration age) {
        return age == null ? Double.NaN : age.toMillis() / 1_000.0;
    }

    /** The state as {@code /health/ready} shows it. */
    public static Map<String, Object> health(Evidence evidence) {
        Map<String, Object> data = new LinkedHashMap<>();
        Evidence.Now now = evidence.now();
        data.put("state", now.state().wireName());
        if (now.state().isAlarm()) {
            data.put("warning", now.meaning());
        }
        evidence.size().ifPresent(size -> data.put("size", size));
        return data;
    }
}
