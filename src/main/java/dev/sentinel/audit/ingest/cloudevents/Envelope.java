package dev.sentinel.audit.ingest.cloudevents;

import dev.sentinel.audit.event.DraftReader;
import dev.sentinel.audit.event.LongIdentifier;
import dev.sentinel.audit.model.EventLimits;
import dev.sentinel.audit.model.TraceParent;
import org.jspecify.annotations.Nullable;

/** What the attributes of a message say of its event. */
final class Envelope {
    private final CloudEvent sent;
    private final Sender sender;
    private final DraftReader rules;
    private final @Nullable TraceParent within;

    Envelope(CloudEvent sent, Sender sender, DraftReader rules) {
        this.sent = sent;
        this.sender = sender;
        this.rules = rules;
        this.within = TraceParent.parse(sent.attribute(Attributes.TRACEPARENT));
    }

    @Nullable
    String time() {
        return sent.attribute(Attributes.TIME);
    }

    String agent() {
        String named = identifier(sender.agent());
        return named == null ? LongIdentifier.shortened(sent.required(Attributes.SOURCE), EventLimits.MAX_ID) : named;
    }

    /** What belongs together: a trace, else what a producer correlates, else all that happened to one subject. */
    String trace() {
        if (within != null) {
            return within.traceId();
        }
        String trace = identifier(sent.attribute(Attributes.CORRELATIONID));
        if (trace == null) {
            trace = identifier(sent.attribute(Attributes.SUBJECT));
        }
        return trace == null ? LongIdentifier.shortened(sent.required(Attributes.ID), EventLimits.MAX_ID) : trace;
    }

    /** The step in which it happened, if its trace is that of the step. */
    @Nullable
    String parentSpan(String trace) {
        return within != null && within.traceId().equals(trace) ? within.parentId() : null;
    }

    /** Whether {@code traceparent} is told by the trace and the parent. */
    boolean isTraced() {
        return within != null;
    }

    /** An e-mail address is no id: it names a person. */
    @Nullable
    String principal() {
        String id = identifier(sent.attribute(Attributes.AUTHID));
        return id == null || id.indexOf('@') >= 0 ? null : id;
    }

    private @Nullable String identifier(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String bounded = LongIdentifier.shortened(text, EventLimits.MAX_ID);
        return rules.isIdentifier(bounded) ? bounded : null;
    }
}
