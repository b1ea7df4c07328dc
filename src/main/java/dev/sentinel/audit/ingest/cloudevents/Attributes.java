package dev.sentinel.audit.ingest.cloudevents;

import java.util.Set;

/** The names of the attributes that are read. Those that are not listed are extensions of somebody. */
final class Attributes {
    static final String ID = "id";
    static final String SOURCE = "source";
    static final String SPECVERSION = "specversion";
    static final String TYPE = "type";
    static final String SUBJECT = "subject";
    static final String TIME = "time";
    static final String DATACONTENTTYPE = "datacontenttype";
    static final String DATASCHEMA = "dataschema";

    /** {@code extensions/distributed-tracing.md}. */
    static final String TRACEPARENT = "traceparent";

    /** {@code extensions/correlation.md}. */
    static final String CORRELATIONID = "correlationid";

    /** {@code extensions/authcontext.md}. */
    static final String AUTHTYPE = "authtype";

    static final String AUTHID = "authid";

    /** Those of the specification: each is text that is not empty. */
    static final Set<String> TEXTS = Set.of(ID, SOURCE, SPECVERSION, TYPE, SUBJECT, TIME, DATACONTENTTYPE, DATASCHEMA);

    private Attributes() {}
}
