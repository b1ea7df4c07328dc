package dev.sentinel.audit.config;

/** What is logged, and how. */
public record LogConfig(Level level, Format format) {

    /** The least important lines that are logged. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** For people, or for collectors. */
    public enum Format {
        TEXT,
        JSON
    }
}
