package dev.sentinel.audit.ingest.otlp.mapping;

/** What is kept of the content of records. Of what is not kept, size and hash are. */
public enum Content {
    /** Nothing. */
    NONE,
    /** The arguments of tools. */
    ARGUMENTS,
    /** Prompts, messages, answers and the results of tools too, as far as they fit. */
    FULL
}
