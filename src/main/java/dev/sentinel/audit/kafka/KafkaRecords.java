package dev.sentinel.audit.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.Leaf;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.SignedCheckpoint;
import dev.sentinel.audit.forward.format.CloudEvents;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Makes a record of an event, in the binary mode of CloudEvents (cloudevents.io, kafka-protocol-binding 1.0.2): the
 * value is the event as the API returns it, so that a reader that knows nothing of CloudEvents reads the same record.
 * One thread.
 */
final class KafkaRecords {
    /** The position of the event in the log, in decimal digits. */
    static final String SEQ = "seq";

    /** The hash of the event's leaf in the Merkle tree of the log, in hexadecimal digits. */
    static final String LEAF_HASH = "leaf_hash";

    private static final String ATTRIBUTE = "ce_";

    /** Of a record and the batch around it, without its parts; and of each header. */
    private static final int OVERHEAD = 128;

    private static final int HEADER_OVERHEAD = 10;

    private final CloudEvents attributes;
    private final Leaf leaf = new Leaf();

    /** @param source names the log, as a URI reference */
    KafkaRecords(String source) {
        this.attributes = new CloudEvents(source);
    }

    /** A record whose key is the agent: the events of an agent are in one partition, in the order of the log. */
    ProducerRecord<byte[], byte[]> of(String topic, StoredEvent event) {
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(
                topic,
                null,
                // The time of writing: brokers delete by it, and what is replayed must stay for readers, too.
                null,
                event.event().agentInstanceId().getBytes(UTF_8),
                EventWriter.toJson(event).getBytes(UTF_8));
        attributes
                .attributes(event)
                .forEach((name, value) -> made.headers()
                        .add(
                                name.equals(CloudEvents.CONTENT_TYPE) ? "content-type" : ATTRIBUTE + name,
                                value.getBytes(UTF_8)));
        made.headers()
                .add(SEQ, Long.toString(event.seq()).getBytes(UTF_8))
                .add(LEAF_HASH, leaf.hash(event).hex().getBytes(UTF_8));
        return made;
    }

    /** A record in this partition with a checkpoint. It has no {@link #SEQ}: it is no event. */
    ProducerRecord<byte[], byte[]> of(String topic, int partition, SignedCheckpoint checkpoint) {
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(
                topic, partition, null, null, checkpoint.note().getBytes(UTF_8));
        attributes
                .ofCheckpoint(checkpoint.size())
                .forEach((name, value) -> made.headers()
                        .add(
                                name.equals(CloudEvents.CONTENT_TYPE) ? "content-type" : ATTRIBUTE + name,
                                value.getBytes(UTF_8)));
        return made;
    }

    /** An upper bound of the bytes that a batch with only this record has, if it is not compressed. */
    static int maxBytes(ProducerRecord<byte[], byte[]> made) {
        int bytes = OVERHEAD + made.key().length + made.value().length;
        for (Header header : made.headers()) {
            bytes += HEADER_OVERHEAD + header.key().length() + header.value().length;
        }
        return bytes;
    }
}
