package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Writes the items of one delivery in their order. Of a request, a busy table takes any part; only the rest is sent
 * again. When that takes long, the items that are written without a gap are reported as a part, so that the cursor
 * moves however slow the table is. Blocks one thread.
 */
final class ItemWriter {
    /**
     * How many items go in one request. Fewer when the table does not take all: then those that it takes are the next
     * ones, and a delivery that ends early repeats few. Lasts for many deliveries. One thread.
     */
    static final class Pace {
        /** What one request may have. */
        private static final int MOST = 25;

        private int items = MOST;

        private void taken() {
            items = Math.min(MOST, items + 1);
        }

        private void refused() {
            items = Math.max(1, items / 2);
        }
    }

    private final DynamoDbClient open;
    private final String table;
    private final List<WriteRequest> items;
    private final Tries tries;
    private final Pace pace;
    private final BitSet written = new BitSet();

    /** @param items each of another event */
    ItemWriter(DynamoDbClient open, String table, List<WriteRequest> items, Tries tries, Pace pace) {
        this.open = open;
        this.table = table;
        this.items = items;
        this.tries = tries;
        this.pace = pace;
    }

    /** Fails only if not even the first item is written. */
    Delivery write() throws DeliveryException, InterruptedException {
        try {
            while (beginning() < items.size()) {
                // What is written behind a gap would be written again.
                if (beginning() > 0 && tries.isPartDue(beginning() < written.cardinality())) {
                    return part("the table takes no more at once");
                }
                writeSome();
            }
        } catch (DeliveryException | SdkException e) {
            if (beginning() == 0) {
                throw e;
            }
            return part(AwsFailures.of(e).getMessage());
        }
        return new Delivery.Done(items.size() + " items written");
    }

    /** How many from the first on are written. */
    private int beginning() {
        return written.nextClearBit(0);
    }

    private Delivery part(String why) {
        String status = beginning() + " of " + items.size() + " items written; " + why;
        return new Delivery.Part(beginning(), AwsFailures.cut(status));
    }

    /** Sends the first items that are not written, and waits if the table does not take all of them. */
    private void writeSome() throws DeliveryException, InterruptedException {
        List<Integer> sent = IntStream.range(beginning(), items.size())
                .filter(i -> !written.get(i))
                .limit(pace.items)
                .boxed()
                .toList();
        Set<String> left = send(sent.stream().map(items::get).toList());
        sent.stream().filter(i -> !left.contains(id(items.get(i)))).forEach(written::set);
        if (left.isEmpty()) {
            pace.taken();
            tries.accepted();
        } else {
            pace.refused();
            tries.pause(left.size() < sent.size(), items.size() - written.cardinality(), "the table is too slow");
        }
    }

    /** Returns the events whose items the table did not take. */
    private Set<String> send(List<WriteRequest> sent) throws DeliveryException {
        try {
            return ids(open.batchWriteItem(request -> request.requestItems(Map.of(table, sent)))
                    .unprocessedItems()
                    .getOrDefault(table, List.of()));
        } catch (ResourceNotFoundException e) {
            throw DynamoTable.missing(table);
        } catch (AwsServiceException e) {
            if (e.isThrottlingException()) {
                // It has taken none.
                return ids(sent);
            }
            throw e;
        }
    }

    private static Set<String> ids(List<WriteRequest> requests) {
        return requests.stream().map(ItemWriter::id).collect(Collectors.toSet());
    }

    private static String id(WriteRequest request) {
        return request.putRequest().item().get(EventItems.EVENT_ID).s();
    }
}
