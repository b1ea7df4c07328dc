package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.DeliveryException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Asks DynamoDB whether a table is as the guide says. Blocks. */
final class DynamoTable {
    private DynamoTable() {}

    /** Throws what is wrong. */
    static void check(DynamoDbClient client, String name, String index) throws DeliveryException {
        TableDescription table;
        try {
            table = client.describeTable(request -> request.tableName(name)).table();
        } catch (ResourceNotFoundException e) {
            throw missing(name);
        }
        if (table.tableStatus() != TableStatus.ACTIVE && table.tableStatus() != TableStatus.UPDATING) {
            throw DeliveryException.away("the table " + name + " is " + table.tableStatus());
        }
        if (!keys(table.keySchema(), table).equals(List.of("HASH event_id S"))) {
            throw DeliveryException.denied(
                    "the table " + name + " must have the partition key event_id, a string, and no sort key");
        }
        GlobalSecondaryIndexDescription found = table.globalSecondaryIndexes().stream()
                .filter(each -> each.indexName().equals(index))
                .findFirst()
                .orElse(null);
        if (found == null
                || !keys(found.keySchema(), table).equals(List.of("HASH agent_instance_id S", "RANGE seq N"))) {
            throw DeliveryException.denied("the table " + name + " must have an index " + index
                    + " with the partition key agent_instance_id, a string, and the sort key seq, a number");
        }
    }

    private static List<String> keys(List<KeySchemaElement> schema, TableDescription table) {
        List<String> keys = new ArrayList<>();
        for (KeySchemaElement key : schema) {
            String type = table.attributeDefinitions().stream()
                    .filter(each -> each.attributeName().equals(key.attributeName()))
                    .map(AttributeDefinition::attributeTypeAsString)
                    .findFirst()
                    .orElse("");
            keys.add(key.keyTypeAsString() + " " + key.attributeName() + " " + type);
        }
        return keys;
    }

    static DeliveryException missing(String name) {
        return DeliveryException.denied("the table " + name + " does not exist here; Sentinel makes no tables");
    }
}
