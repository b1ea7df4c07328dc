package dev.sentinel.audit.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract itself is consistent, independent of the server. */
class ContractTest {
    private final OpenApiContract contract = OpenApiContract.load();

    @Test
    void contract_references_resolve() {
        List<String> dangling = new ArrayList<>();
        walk(contract.document(), "#", (where, node) -> {
            if (node.has("$ref") && contract.resolve(node).isMissingNode()) {
                dangling.add(where + " -> " + node.path("$ref").asText());
            }
        });
        assertThat(dangling).isEmpty();
    }

    @Test
    void contract_components_areAllUsed() {
        String text = contract.document().toString();
        List<String> unused = new ArrayList<>();
        contract.document()
                .path("components")
                .properties()
                .forEach(kind -> kind.getValue().fieldNames().forEachRemaining(name -> {
                    String reference = "#/components/" + kind.getKey() + "/" + name;
                    // Security schemes are referenced by name, not with $ref.
                    boolean named = kind.getKey().equals("securitySchemes") && text.contains("\"" + name + "\":[]");
                    if (!named && !text.contains("\"" + reference + "\"")) {
                        unused.add(reference);
                    }
                }));
        assertThat(unused).isEmpty();
    }

    @Test
    void contract_operations_haveIdSummaryAndTag() {
        List<String> nameless = new ArrayList<>();
        contract.document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    if (!operation.getValue().has("operationId")
                            || !operation.getValue().has("summary")
                            || !operation.getValue().has("tags")) {
                        nameless.add(operation.getKey() + " " + path.getKey());
                    }
                }));
        assertThat(nameless).isEmpty();
    }

    @TestFactory
    List<DynamicTest> contract_examples_obeyTheirSchemas() {
        List<DynamicTest> tests = new ArrayList<>();
        walk(contract.document(), "#", (where, node) -> {
            JsonNode schema = node.has("schema") ? node.path("schema") : node;
            if (node.has("schema") && node.has("example")) {
                tests.add(example(where, schema, node.path("example")));
            }
            if (node.path("examples").isObject()) {
                node.path("examples")
                        .properties()
                        .forEach(named -> tests.add(example(
                                where + "/" + named.getKey(),
                                schema,
                                named.getValue().path("value"))));
            }
            if (node.path("examples").isArray()) {
                node.path("examples").forEach(value -> tests.add(example(where, schema, value)));
            }
        });
        return tests;
    }

    private DynamicTest example(String where, JsonNode schema, JsonNode value) {
        return DynamicTest.dynamicTest(
                where, () -> assertThat(contract.validate(schema, value)).isEmpty());
    }

    private static void walk(JsonNode node, String where, BiConsumer<String, JsonNode> visitor) {
        if (node.isObject()) {
            visitor.accept(where, node);
            node.properties().forEach(member -> walk(member.getValue(), where + "/" + member.getKey(), visitor));
        } else {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), where + "/" + i, visitor);
            }
        }
    }
}
