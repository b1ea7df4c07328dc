package dev.sentinel.audit.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.model.Timestamps;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Makes an item of an event: the JSON of the API as {@code event}, and beside it what keys of a table or of an index
 * may be made of.
 */
final class EventItems {
    static final String EVENT_ID = "event_id";
    static final String AGENT = "agent_instance_id";
    static final String SEQ = "seq";

    /** The most bytes that DynamoDB counts for a number. */
    private static final int NUMBER_BYTES = 21;

    private EventItems() {}

    static Map<String, AttributeValue> of(StoredEvent stored) {
        AuditEvent event = stored.event();
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(EVENT_ID, AttributeValue.fromS(event.eventId().toString()));
        item.put(AGENT, AttributeValue.fromS(event.agentInstanceId()));
        item.put(SEQ, AttributeValue.fromN(Long.toString(stored.seq())));
        item.put("timestamp", AttributeValue.fromS(Timestamps.format(stored.timestamp())));
        item.put("received_at", AttributeValue.fromS(Timestamps.format(stored.receivedAt())));
        item.put("trace_id", AttributeValue.fromS(event.traceId()));
        item.put("action_type", AttributeValue.fromS(event.actionType().wireName()));
        item.put("status", AttributeValue.fromS(event.status().wireName()));
        item.put("event", AttributeValue.fromS(EventWriter.toJson(stored)));
        return item;
    }

    /** An upper bound of what the limit of DynamoDB counts: the names and the values. */
    static int bytes(Map<String, AttributeValue> item) {
        int bytes = 0;
        for (Map.Entry<String, AttributeValue> each : item.entrySet()) {
            String text = each.getValue().s();
            bytes += each.getKey().length() + (text == null ? NUMBER_BYTES : text.getBytes(UTF_8).length);
        }
        return bytes;
    }
}
