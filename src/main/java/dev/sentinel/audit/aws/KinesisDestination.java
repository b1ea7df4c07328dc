package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * Writes each event as one record of a stream. A batch is one request of {@code PutRecords}, which is neither ordered
 * nor all or nothing: what is not taken is sent again with all behind it of the same agent. So the last copies of the
 * records of an agent are in order, and nothing of the next batch is written before all of this one is. With the strict
 * order, one record is written after the other instead: slowly, and of each shard without anything out of place.
 */
final class KinesisDestination implements Destination {
    /** At most as many as one request takes, and fewer bytes: 5 MiB with the keys. */
    private static final Limits LIMITS = new Limits(500, 1 << 20, Duration.ofMillis(250));

    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int MAX_KEYS = 10_000;

    private final String stream;
    private final boolean strict;
    private final AwsClient<KinesisClient> client;

    /** With the strict order, the number of the last record of each key, for the keys that were used last. */
    private final Map<String, String> last = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_KEYS;
        }
    };

    /** @param strict whether one record is written after the other */
    KinesisDestination(Vertx vertx, String id, String stream, boolean strict, AwsSettings settings) {
        this.stream = stream;
        this.strict = strict;
        this.client = new AwsClient<>(
                vertx, "sentinel-kinesis-" + id, () -> AwsClient.build(KinesisClient.builder(), settings));
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return client.call(open -> deliver(open, batch));
    }

    private Delivery deliver(KinesisClient open, Batch batch) throws DeliveryException, InterruptedException {
        List<PutRecordsRequestEntry> records = new ArrayList<>(batch.events().size());
        for (int i = 0; i < batch.events().size(); i++) {
            PutRecordsRequestEntry each = KinesisRecords.of(batch.events().get(i));
            if (KinesisRecords.bytes(each) > MAX_RECORD_BYTES) {
                return new Delivery.Refused(i, "larger than Kinesis takes: " + MAX_RECORD_BYTES + " bytes");
            }
            records.add(each);
        }
        return strict ? sendInOrder(open, records) : send(open, records);
    }

    /** A part of a batch is a success like the whole: what is written needs no second copy. */
    private Delivery sendInOrder(KinesisClient open, List<PutRecordsRequestEntry> records) throws DeliveryException {
        Tries tries = new Tries(client);
        int written = 0;
        try {
            for (PutRecordsRequestEntry each : records) {
                if (written > 0 && tries.isPartDue(false)) {
                    return part(written, records.size(), "one after the other");
                }
                last.put(each.partitionKey(), put(open, each, last.get(each.partitionKey())));
                written++;
            }
        } catch (DeliveryException | SdkException e) {
            if (written == 0) {
                throw e;
            }
            return part(written, records.size(), AwsFailures.of(e).getMessage());
        }
        return new Delivery.Done(written + " records acknowledged");
    }

    private static Delivery part(int written, int all, String why) {
        return new Delivery.Part(written, AwsFailures.cut(written + " of " + all + " records acknowledged; " + why));
    }

    /** @param before the number of the last record with this key, which the new one will be above; null for none */
    private String put(KinesisClient open, PutRecordsRequestEntry one, @Nullable String before)
            throws DeliveryException {
        try {
            return open.putRecord(request -> request.streamName(stream)
                            .partitionKey(one.partitionKey())
                            .data(one.data())
                            .sequenceNumberForOrdering(before))
                    .sequenceNumber();
        } catch (ResourceNotFoundException e) {
            throw noStream();
        }
    }

    /** Fails only if not even the first record is written. */
    private Delivery send(KinesisClient open, List<PutRecordsRequestEntry> records)
            throws DeliveryException, InterruptedException {
        Tries tries = new Tries(client);
        List<PutRecordsRequestEntry> left = records;
        int again = 0;
        try {
            while (true) {
                List<PutRecordsRequestEntry> sent = left;
                PutRecordsResponse answer = put(open, sent);
                left = KinesisRecords.fromFirstFailed(sent, answer.records());
                if (left.isEmpty()) {
                    return new Delivery.Done(records.size() + " records acknowledged"
                            + (again == 0 ? "" : ", " + again + " sent again"));
                }
                again += left.size();
                tries.pause(left.size() < sent.size(), left.size(), why(answer));
            }
        } catch (DeliveryException | SdkException e) {
            int written = records.indexOf(left.get(0));
            if (written == 0) {
                throw e;
            }
            return part(written, records.size(), AwsFailures.of(e).getMessage());
        }
    }

    private PutRecordsResponse put(KinesisClient open, List<PutRecordsRequestEntry> records) throws DeliveryException {
        PutRecordsResponse answer;
        try {
            answer = open.putRecords(request -> request.streamName(stream).records(records));
        } catch (ResourceNotFoundException e) {
            throw noStream();
        }
        if (answer.records().size() != records.size()) {
            throw DeliveryException.away("the answer has " + answer.records().size() + " results");
        }
        return answer;
    }

    private static String why(PutRecordsResponse answer) {
        return answer.records().stream()
                .map(PutRecordsResultEntry::errorCode)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("no reason");
    }

    private DeliveryException noStream() {
        return DeliveryException.denied("the stream " + stream + " does not exist here; Sentinel makes no streams");
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    /** Kinesis has it in three availability zones. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Writes nothing. That this user may write to the stream, only a delivery shows. */
    @Override
    public Future<Void> test() {
        return client.call(open -> {
            StreamStatus status;
            try {
                status = open.describeStreamSummary(request -> request.streamName(stream))
                        .streamDescriptionSummary()
                        .streamStatus();
            } catch (ResourceNotFoundException e) {
                throw noStream();
            }
            if (status != StreamStatus.ACTIVE && status != StreamStatus.UPDATING) {
                throw DeliveryException.away("the stream " + stream + " is " + status);
            }
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
