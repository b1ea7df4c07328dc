package dev.sentinel.audit.ingest.otlp.mapping;

/** Which spans become events. Log records do not depend on it. */
public enum Spans {
    /** What agents do: tools, decisions, models, other agents. */
    AGENT,
    /** These, and what their process does to databases and over HTTP. */
    ACTIONS,
    /** Every span. */
    ALL
}
