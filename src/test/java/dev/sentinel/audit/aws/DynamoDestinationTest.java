package dev.sentinel.audit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.DeliveryException;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.SampleBatches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Against a local DynamoDB. */
final class DynamoDestinationTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static LocalAws server;
    private static String missing = "";
    private static DynamoDbClient client;

    private final List<Destination> opened = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        try {
            server = LocalAws.dynamo(directory);
            client = server.dynamoClient();
        } catch (TestAbortedException e) {
            missing = e.getMessage();
        }
    }

    /** Here, so that each test counts as skipped. */
    @BeforeEach
    void abortWithoutServer() {
        assumeTrue(missing.isEmpty(), missing);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            client.close();
            server.close();
        }
        VERTX.close().await();
    }

    @AfterEach
    void close() {
        opened.forEach(destination -> destination.close().await());
    }

    @Test
    void deliver_events_areItemsUnderTheirIds() {
        makeTable("items", "event_id", ScalarAttributeType.N);
        Batch batch = SampleBatches.random(7, 41, 60);

        deliverAll(open("items"), batch);

        assertThat(texts("items"))
                .containsExactlyInAnyOrderElementsOf(
                        batch.events().stream().map(EventWriter::toJson).toList());
        StoredEvent one = batch.events().get(0);
        Map<String, AttributeValue> item = client.getItem(request -> request.tableName("items")
                        .key(Map.of(
                                "event_id",
                                AttributeValue.fromS(one.event().eventId().toString()))))
                .item();
        assertThat(item).containsEntry("seq", AttributeValue.fromN("41"));
    }

    @Test
    void deliver_eventsOfAnAgent_areInItsIndexInOrder() {
        makeTable("indexed", "event_id", ScalarAttributeType.N);

        deliverAll(open("indexed"), SampleBatches.ofAgents(0, 40, 2));

        assertThat(client.query(request -> request.tableName("indexed")
                                .indexName("agent-seq")
                                .keyConditionExpression("agent_instance_id = :agent")
                                .expressionAttributeValues(Map.of(":agent", AttributeValue.fromS("agent-1"))))
                        .items())
                .extracting(item -> Long.parseLong(item.get("seq").n()))
                .containsExactlyElementsOf(LongStream.range(0, 40)
                        .filter(seq -> seq % 2 == 1)
                        .boxed()
                        .toList());
    }

    @Test
    void deliver_sameBatchAgain_isThereOnce() {
        makeTable("repeated", "event_id", ScalarAttributeType.N);
        Batch batch = SampleBatches.usual(0, 30);
        Destination destination = open("repeated");
        deliverAll(destination, batch);

        deliverAll(destination, batch);

        assertThat(texts("repeated")).hasSize(30);
    }

    @Test
    void deliver_eventLargerThanAnItem_isRefusedAndNothingIsWritten() {
        makeTable("small", "event_id", ScalarAttributeType.N);
        List<StoredEvent> events = new ArrayList<>(SampleBatches.usual(0, 1).events());
        events.addAll(SampleBatches.of(
                        1,
                        SampleBatches.event()
                                .metadata("{\"text\":\"" + "x".repeat(400 << 10) + "\"}")
                                .build())
                .events());

        assertThat(open("small").deliver(new Batch(events, 0, 2)).await())
                .isEqualTo(new Delivery.Refused(1, "larger than DynamoDB takes: 409600 bytes"));
        assertThat(texts("small")).isEmpty();
    }

    /** By a server that takes each first item, because the local one takes all. */
    @Test
    void deliver_itemsNotProcessed_areSentAgain() {
        AtomicInteger requests = new AtomicInteger();
        List<String> taken = new ArrayList<>();
        HttpServer busy = VERTX.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    requests.incrementAndGet();
                    JsonArray items =
                            body.toJsonObject().getJsonObject("RequestItems").getJsonArray("busy");
                    taken.add(items.getJsonObject(0).encode());
                    items.remove(0);
                    JsonObject left = items.isEmpty() ? new JsonObject() : new JsonObject().put("busy", items);
                    request.response()
                            .end(new JsonObject().put("UnprocessedItems", left).encode());
                }))
                .listen(0, "127.0.0.1")
                .await();
        Destination destination = open("busy", "http://127.0.0.1:" + busy.actualPort(), Map.of());

        assertThat(destination.deliver(SampleBatches.usual(0, 4)).await())
                .isEqualTo(new Delivery.Done("4 items written"));

        assertThat(requests).hasValue(4);
        assertThat(taken).doesNotHaveDuplicates();
        busy.close().await();
    }

    /** As the engine does: what is left of a batch, until nothing is. */
    @Test
    void deliver_oneItemAtATime_movesOnWithEachDeliveryAndRepeatsLittle() {
        Batch batch = SampleBatches.usual(0, 40);
        try (SlowDynamo slow = new SlowDynamo(VERTX, Duration.ofMillis(40))) {
            Destination destination = open("slow", slow.endpoint(), Map.of());
            List<StoredEvent> left = batch.events();
            int parts = 0;
            while (true) {
                long from = left.get(0).seq();
                Delivery delivery =
                        destination.deliver(new Batch(left, from, 40)).await(20, TimeUnit.SECONDS);
                if (!(delivery instanceof Delivery.Part part)) {
                    assertThat(delivery).isEqualTo(new Delivery.Done(left.size() + " items written"));
                    break;
                }
                assertThat(part.events()).isBetween(1, left.size() - 1);
                assertThat(slow.taken())
                        .containsAll(left.subList(0, part.events()).stream()
                                .map(event -> event.event().eventId().toString())
                                .toList());
                left = left.subList(part.events(), left.size());
                parts++;
            }

            assertThat(parts).isPositive();
            assertThat(new HashSet<>(slow.taken())).hasSize(40);
            assertThat(slow.taken()).as("with repeats").hasSizeLessThan(40 + 10);
        } catch (TimeoutException e) {
            throw new AssertionError("a delivery has no end", e);
        }
    }

    @Test
    void close_whileNothingIsTaken_endsTheDelivery() throws Exception {
        try (SlowDynamo slow = new SlowDynamo(VERTX, Duration.ofHours(1))) {
            Destination destination = open("slow", slow.endpoint(), Map.of());
            destination.deliver(SampleBatches.usual(0, 1)).await();
            Future<Delivery> delivery = destination.deliver(SampleBatches.usual(1, 500));
            slow.awaitRefused();

            destination.close().await();

            CompletableFuture<Delivery> answer = delivery.toCompletionStage().toCompletableFuture();
            assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(DeliveryException.class)
                    .hasMessageContaining("the destination was closed");
        }
    }

    @Test
    void deliver_unknownTable_isDeniedAndMakesNone() {
        assertThat(Opened.denial(open("nowhere").deliver(SampleBatches.usual(0, 1))))
                .contains("the table nowhere does not exist");
        assertThat(client.listTables().tableNames()).doesNotContain("nowhere");
    }

    @Test
    void test_tableOfTheGuide_succeeds() {
        makeTable("tested", "event_id", ScalarAttributeType.N);

        open("tested").test().await();

        assertThat(texts("tested")).isEmpty();
    }

    @Test
    void test_otherKeyOrIndex_isDenied() {
        makeTable("other-key", "id", ScalarAttributeType.N);
        makeTable("other-index", "event_id", ScalarAttributeType.S);

        assertThat(Opened.denial(open("other-key").test())).contains("must have the partition key event_id");
        assertThat(Opened.denial(open("other-index").test())).contains("must have an index agent-seq");
        assertThat(Opened.denial(open("other-index", server.endpoint(), Map.of("index", "by-time"))
                        .test()))
                .contains("must have an index by-time");
        assertThat(Opened.denial(open("untested").test())).contains("the table untested does not exist");
    }

    @Test
    void open_settingsThatMakeNoSense_areRefused() {
        assertThatThrownBy(() -> Opened.at(new DynamoType(), VERTX, "dynamodb://ab", "http://127.0.0.1:1", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must name a table");
        assertThatThrownBy(() -> open("items", "http://127.0.0.1:1", Map.of("index", "a b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index");
    }

    private static void makeTable(String name, String key, ScalarAttributeType typeOfSeq) {
        GlobalSecondaryIndex index = GlobalSecondaryIndex.builder()
                .indexName("agent-seq")
                .keySchema(List.of(key("agent_instance_id", KeyType.HASH), key("seq", KeyType.RANGE)))
                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                .build();
        client.createTable(table -> table.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(List.of(
                        attribute(key, ScalarAttributeType.S),
                        attribute("agent_instance_id", ScalarAttributeType.S),
                        attribute("seq", typeOfSeq)))
                .keySchema(List.of(key(key, KeyType.HASH)))
                .globalSecondaryIndexes(List.of(index)));
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static List<String> texts(String table) {
        return client.scan(request -> request.tableName(table).consistentRead(true)).items().stream()
                .map(item -> item.get("event").s())
                .toList();
    }

    private Destination open(String table) {
        return open(table, server.endpoint(), Map.of());
    }

    /** As the engine does: a delivery may take a part in its time, and what is left comes next. */
    private static void deliverAll(Destination destination, Batch batch) {
        Delivery delivery = destination.deliver(batch).await();
        if (delivery instanceof Delivery.Part part) {
            List<StoredEvent> left =
                    batch.events().subList(part.events(), batch.events().size());
            deliverAll(destination, new Batch(left, left.get(0).seq(), batch.next()));
        } else {
            assertThat(delivery).isInstanceOf(Delivery.Done.class);
        }
    }

    private Destination open(String table, String endpoint, Map<String, String> options) {
        Destination destination = Opened.at(new DynamoType(), VERTX, "dynamodb://" + table, endpoint, options);
        opened.add(destination);
        return destination;
    }
}
