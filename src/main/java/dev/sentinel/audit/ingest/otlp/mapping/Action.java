package dev.sentinel.audit.ingest.otlp.mapping;

/** What a record is. The tables use these names in lower case. */
enum Action {
    /** No action; the reason follows in the table. */
    DROP,
    /** A decision about an action: a permission, a guardrail, a sandbox. */
    DECISION,
    TOOL,
    /** A read of a resource of an MCP server. */
    MCP_RESOURCE,
    /** A search in documents or a memory. */
    RETRIEVAL,
    DB,
    /** An outgoing request. */
    HTTP,
    /** One call of a model; the only action that has usage, because those above it repeat the sums. */
    LLM,
    AGENT,
    /** What a human asked for. */
    PROMPT,
    /** A step within a program. */
    REST;

    /** Whether spans of this action are kept. */
    boolean isIn(Spans selection) {
        return switch (this) {
            case DROP -> false;
            case REST -> selection == Spans.ALL;
            case DB, HTTP -> selection != Spans.AGENT;
            default -> true;
        };
    }
}
