package dev.sentinel.audit.config;

/** Log level and format. */
public record LogConfig(Level level, Format format) {

    /** The least severe level that is logged. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** Text for people, JSON for log collectors. */
    public enum Format {
        TEXT,
        JSON
    }
}
