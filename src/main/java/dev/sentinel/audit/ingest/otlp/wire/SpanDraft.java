package dev.sentinel.audit.ingest.otlp.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a span that were read so far. */
final class SpanDraft {
    final Room room = new Room();
    final Ids ids = new Ids();
    String name = "";
    int kind;
    long startNanos;
    long endNanos;
    Attributes attributes = Attributes.NONE;
    final List<SpanEvent> events = new ArrayList<>();
    final List<SpanLink> links = new ArrayList<>();
    int statusCode;
    String statusMessage = "";
    final Dropped dropped = new Dropped();

    /** The ids of a record. */
    static final class Ids {
        private String trace = "";
        private String span = "";
        private String parent = "";
        private @Nullable String unreadable;

        void set(Id id, Id.Kind kind) {
            unreadable = unreadable == null ? id.unreadable() : unreadable;
            switch (kind) {
                case TRACE -> trace = id.hex();
                case SPAN -> span = id.hex();
                case PARENT -> parent = id.hex();
            }
        }

        String trace() {
            return trace;
        }

        String span() {
            return span;
        }

        /** Why one of them cannot be read; null if all can. */
        @Nullable
        String unreadable() {
            return unreadable;
        }
    }

    /** A count that does not overflow: the numbers are those of the sender. */
    static final class Dropped {
        private long count;

        void add(long more) {
            count = Math.min(Integer.MAX_VALUE, count + Math.max(0, more));
        }

        int count() {
            return (int) count;
        }
    }

    Span build() {
        dropped.add(attributes.malformed());
        return new Span(
                ids.trace,
                ids.span,
                ids.parent,
                name,
                kind,
                startNanos,
                endNanos,
                attributes,
                events,
                links,
                statusCode,
                statusMessage,
                dropped.count());
    }
}
