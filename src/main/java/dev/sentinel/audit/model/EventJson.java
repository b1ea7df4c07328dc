package dev.sentinel.audit.model;

/** The names of an event's JSON fields. No other class spells them. */
public final class EventJson {
    public static final String EVENT_ID = "event_id";
    public static final String TIMESTAMP = "timestamp";
    public static final String AGENT_INSTANCE_ID = "agent_instance_id";
    public static final String TRACE_ID = "trace_id";
    public static final String ACTOR = "actor";
    public static final String ACTION_TYPE = "action_type";
    public static final String RESOURCE = "resource";
    public static final String STATUS = "status";
    public static final String LATENCY_MS = "latency_ms";
    public static final String METADATA = "metadata";
    public static final String SPAN_ID = "span_id";
    public static final String PARENT_SPAN_ID = "parent_span_id";
    public static final String SESSION_ID = "session_id";
    public static final String ON_BEHALF_OF = "on_behalf_of";

    /** Added by the server: the event's position in the log. */
    public static final String SEQ = "seq";

    /** Added by the server: the time at which it stored the event. */
    public static final String RECEIVED_AT = "received_at";

    /** Added by the server: the id of the client's API key; absent if the client sent none. */
    public static final String SUBMITTED_BY = "submitted_by";

    /** Added by the server: what was redacted before the event was stored; absent if nothing was. */
    public static final String REDACTED = "redacted";

    /** Added by the server where it is asked for: the salts of the event's leaf. */
    public static final String SEAL = "seal";

    /** Added to the lines of an export where it is asked for: that the event is in the signed log. */
    public static final String PROOF = "proof";

    private EventJson() {}
}
