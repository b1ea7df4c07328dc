package dev.sentinel.audit.config;

/**
 * What is taken of OpenTelemetry.
 *
 * @param maxBodyBytes the body of one request, before and after decompression
 * @param content what is kept of the content of records
 * @param spans which spans become events
 */
public record OtlpConfig(int maxBodyBytes, Content content, Spans spans) {
    /** What is kept of prompts, messages, arguments and results; of the rest, size and hash are. */
    public enum Content {
        /** Nothing. */
        NONE,
        /** The arguments of tools. */
        ARGUMENTS,
        /** All, as far as it fits. */
        FULL
    }

    /** Which spans become events. */
    public enum Spans {
        /** What agents do: tools, decisions, models, other agents. */
        AGENT,
        /** These, and what their process does to databases and over HTTP. */
        ACTIONS,
        /** Every span. */
        ALL
    }
}
