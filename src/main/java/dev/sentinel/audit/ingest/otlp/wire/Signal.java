package dev.sentinel.audit.ingest.otlp.wire;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request carries. */
public enum Signal {
    TRACES("resourceSpans"),
    LOGS("resourceLogs"),
    METRICS("resourceMetrics");

    private final String member;

    Signal(String member) {
        this.member = member;
    }

    /** The only member of the request in JSON. */
    public String member() {
        return member;
    }

    /** The signal whose member a name means, also in snake case or in other letters; null if none. */
    static @Nullable Signal meantBy(String name) {
        String plain = name.replace("_", "").toLowerCase(Locale.ROOT);
        for (Signal signal : values()) {
            if (signal.member.toLowerCase(Locale.ROOT).equals(plain)) {
                return signal;
            }
        }
        return null;
    }
}
