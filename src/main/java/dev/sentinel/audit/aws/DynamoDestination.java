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
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Writes each event as one item of a table, under its id: what is written twice is there once. A copy to read from, not
 * a store: the table says neither in which order events came nor whether one is missing.
 */
final class DynamoDestination implements Destination {
    private static final Limits LIMITS = new Limits(500, 1 << 20, Duration.ofMillis(250));

    private static final int MAX_ITEM_BYTES = 400 << 10;

    private final String table;
    private final String index;
    private final AwsClient<DynamoDbClient> client;
    private final ItemWriter.Pace pace = new ItemWriter.Pace();

    /** @param index whose keys are the agent and the position */
    DynamoDestination(Vertx vertx, String id, String table, String index, AwsSettings settings) {
        this.table = table;
        this.index = index;
        this.client = new AwsClient<>(vertx, "sentinel-dynamodb-" + id, () -> build(settings));
    }

    /** The SDK would try for 40 seconds, and not see that the destination is closed. */
    private static DynamoDbClient build(AwsSettings settings) {
        return AwsClient.build(
                DynamoDbClient.builder(), settings, all -> all.retryStrategy(retries -> retries.maxAttempts(1)));
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return client.call(open -> deliver(open, batch));
    }

    private Delivery deliver(DynamoDbClient open, Batch batch) throws DeliveryException, InterruptedException {
        List<WriteRequest> items = new ArrayList<>(batch.events().size());
        for (int i = 0; i < batch.events().size(); i++) {
            Map<String, AttributeValue> item = EventItems.of(batch.events().get(i));
            if (EventItems.bytes(item) > MAX_ITEM_BYTES) {
                return new Delivery.Refused(i, "larger than DynamoDB takes: " + MAX_ITEM_BYTES + " bytes");
            }
            items.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
        }
        return new ItemWriter(open, table, items, new Tries(client), pace).write();
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    /** DynamoDB has it in three availability zones. */
    @Override
    public Guarantee guarantee() {
        return Guarantee.ACKNOWLEDGED;
    }

    /** Writes nothing. That this user may write to the table, only a delivery shows. */
    @Override
    public Future<Void> test() {
        return client.call(open -> {
            DynamoTable.check(open, table, index);
            return null;
        });
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
