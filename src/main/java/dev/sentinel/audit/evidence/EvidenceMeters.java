package dev.sentinel.audit.evidence;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Registers what is known of each witness. NaN until it has cosigned. */
    public static void registerWitnesses(MeterRegistry registry, Evidence evidence, Clock clock) {
        List<WitnessStatus> witnesses = evidence.witnesses();
        for (int i = 0; i < witnesses.size(); i++) {
            int place = i;
            String name = witnesses.get(i).name();
            Gauge.builder(
                            "sentinel.evidence.witness.age",
                            () -> seconds(evidence.witnesses().get(place).age(clock)))
                    .description("Time since the witness saw a checkpoint that it cosigned")
                    .baseUnit("seconds")
                    .tag("witness", name)
                    .register(registry);
            Gauge.builder(
                            "sentinel.evidence.witness.size",
                            () -> size(evidence.witnesses().get(place)))
                    .description("Events that the newest checkpoint covers which the witness cosigned")
                    .tag("witness", name)
                    .register(registry);
        }
    }

    private static double size(WitnessStatus witness) {
        return witness.cosignedAt() == null ? Double.NaN : witness.size();
    }

    private static double seconds(@Nullable Duration age) {
        return age == null ? Double.NaN : age.toMillis() / 1_000.0;
    }

    /** The state as {@code /health/ready} shows it. */
    public static Map<String, Object> health(Evidence evidence) {
        Map<String, Object> data = new LinkedHashMap<>();
        EvidenceState state = evidence.state();
        data.put("state", state.wireName());
        if (state.isNoteworthy()) {
            data.put("warning", evidence.meaning());
        }
        evidence.size().ifPresent(size -> data.put("size", size));
        return data;
    }
}
