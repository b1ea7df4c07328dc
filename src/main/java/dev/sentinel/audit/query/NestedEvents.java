package dev.sentinel.audit.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sentinel.audit.event.StrictJson;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Writes found events as trees: each gets a member {@code children}, with the events within it. */
final class NestedEvents {
    private static final JsonFactory FACTORY = StrictJson.factory();
    private static final String CHILDREN = ",\"children\":[";

    private final FoundEvents found;
    private final SpanTree tree;
    private final Buffer json;

    private NestedEvents(FoundEvents found) {
        this.found = found;
        this.tree = SpanTree.of(spans(found));
        this.json = Buffer.buffer(found.json().length() + found.count() * (CHILDREN.length() + 2));
    }

    /** The elements of an array: those events that are within no other one. */
    static Buffer of(FoundEvents found) {
        NestedEvents events = new NestedEvents(found);
        events.write();
        return events.json;
    }

    private static List<SpanTree.Spans> spans(FoundEvents found) {
        List<SpanTree.Spans> spans = new ArrayList<>(found.count());
        for (int i = 0; i < found.count(); i++) {
            spans.add(spans(found.event(i).getBytes()));
        }
        return spans;
    }

    private static SpanTree.Spans spans(byte[] event) {
        String span = null;
        String parent = null;
        try (JsonParser parser = FACTORY.createParser(event)) {
            parser.nextToken();
            String name;
            while ((name = parser.nextFieldName()) != null) {
                parser.nextToken();
                if (name.equals(EventJson.SPAN_ID)) {
                    span = parser.getValueAsString();
                } else if (name.equals(EventJson.PARENT_SPAN_ID)) {
                    parent = parser.getValueAsString();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the store prints JSON", e);
        }
        return new SpanTree.Spans(span, parent);
    }

    /** Does not recurse. */
    private void write() {
        Deque<Iterator<Integer>> open = new ArrayDeque<>();
        open.push(tree.top().iterator());
        boolean first = true;
        while (true) {
            Iterator<Integer> level = open.element();
            if (!level.hasNext()) {
                open.pop();
                if (open.isEmpty()) {
                    return;
                }
                json.appendString("]}");
                first = false;
                continue;
            }
            int event = level.next();
            if (!first) {
                json.appendByte((byte) ',');
            }
            Buffer text = found.event(event);
            // Without the bracket that ends it.
            json.appendBuffer(text, 0, text.length() - 1);
            json.appendString(CHILDREN);
            open.push(tree.within(event).iterator());
            first = true;
        }
    }
}
