package dev.sentinel.audit.ingest.otlp.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives records to the visitor as soon as their resource and scope are known. Both come before the records as a rule,
 * but neither encoding promises it: sorted names put {@code logRecords} before {@code scope}. One thread.
 */
final class Delivery {
    /** Bytes of records that may wait for what comes after them; one record always may. */
    static final long MAX_WAITING = 8 << 20;

    private final RecordVisitor visitor;

    /** Records that wait, in order; each takes its origin. */
    private final List<Waiting> waiting = new ArrayList<>();

    private @Nullable Attributes resource;
    private @Nullable Scope scope;
    private @Nullable Origin origin;
    private long waitingBytes;

    /** @param scope null while it is unknown */
    private record Waiting(@Nullable Scope scope, Consumer<Origin> record) {}

    Delivery(RecordVisitor visitor) {
        this.visitor = visitor;
    }

    void resource(Attributes attributes) {
        resource = attributes;
        origin = null;
        deliverWaiting();
    }

    void scope(Scope known) {
        scope = known;
        origin = null;
        nameScopeOfWaiting(known);
        deliverWaiting();
    }

    void span(Span span, long bytes) throws MalformedRequestException {
        add(of -> visitor.span(of, span), bytes);
    }

    void log(LogRecord log, long bytes) throws MalformedRequestException {
        add(of -> visitor.log(of, log), bytes);
    }

    void unreadable(String reason) {
        visitor.unreadable(reason);
    }

    private void add(Consumer<Origin> record, long bytes) throws MalformedRequestException {
        if (resource != null && scope != null) {
            origin = origin == null ? new Origin(resource, scope) : origin;
            record.accept(origin);
            return;
        }
        waitingBytes += bytes;
        if (waitingBytes > MAX_WAITING && !waiting.isEmpty()) {
            throw new MalformedRequestException(
                    "The resource and the scope must come before their records, also if they are empty, or the"
                            + " records must be fewer.");
        }
        waiting.add(new Waiting(scope, record));
    }

    /** After the last record of a scope. */
    void endScope() {
        if (scope == null) {
            nameScopeOfWaiting(Scope.NONE);
            deliverWaiting();
        }
        scope = null;
        origin = null;
    }

    /** After the last scope of a resource. */
    void endResource() {
        if (resource == null) {
            resource = Attributes.NONE;
            deliverWaiting();
        }
        resource = null;
        origin = null;
    }

    private void nameScopeOfWaiting(Scope known) {
        // Those without a scope are the last ones.
        for (int i = waiting.size() - 1; i >= 0 && waiting.get(i).scope == null; i--) {
            waiting.set(i, new Waiting(known, waiting.get(i).record));
        }
    }

    private void deliverWaiting() {
        if (resource == null || waiting.isEmpty() || waiting.get(waiting.size() - 1).scope == null) {
            return;
        }
        Origin last = null;
        for (Waiting next : waiting) {
            Scope named = next.scope == null ? Scope.NONE : next.scope;
            last = last != null && last.scope().equals(named) ? last : new Origin(resource, named);
            next.record.accept(last);
        }
        waiting.clear();
        waitingBytes = 0;
    }
}
