package dev.sentinel.audit.evidence;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sentinel.audit.model.Timestamps;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a witness.
 *
 * @param name in the policy
 * @param size events that the newest checkpoint covers which it cosigned in this process; 0 before the first
 * @param cosignedAt when it saw that, as it says; null before the first
 * @param reason why it did not cosign the last one, without what it sent; empty if it did
 */
record WitnessStatus(
        String name, State state, long size, @Nullable Instant cosignedAt, String reason) {
    /** How the last request went. */
    enum State {
        /** There was none yet. */
        WAITING,
        COSIGNED,
        FAILING,
        /** It has seen another tree of this log. */
        FORK
    }

    static WitnessStatus waiting(String name) {
        return new WitnessStatus(name, State.WAITING, 0, null, "");
    }

    WitnessStatus cosigned(long events, Instant at) {
        return new WitnessStatus(name, State.COSIGNED, events, at, "");
    }

    WitnessStatus failed(State failure, String why) {
        return new WitnessStatus(name, failure, size, cosignedAt, why);
    }

    boolean knowsAnotherTree() {
        return state == State.FORK;
    }

    /** How long ago it cosigned; null before the first time. */
    @Nullable
    Duration age(Clock clock) {
        return cosignedAt == null ? null : Duration.between(cosignedAt, Instant.now(clock));
    }

    /** Writes an object of {@code /v1/log}. */
    void write(JsonGenerator json, Clock clock) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("state", state.name().toLowerCase(Locale.ROOT));
        Duration age = age(clock);
        if (cosignedAt != null && age != null) {
            json.writeNumberField("size", size);
            json.writeStringField("cosigned_at", Timestamps.format(cosignedAt));
            json.writeNumberField("age_seconds", Math.max(0, age.toSeconds()));
        }
        if (!reason.isEmpty()) {
            json.writeStringField("reason", reason);
        }
        json.writeEndObject();
    }
}
