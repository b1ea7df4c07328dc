package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.ingest.otlp.wire.Attributes;
import dev.sentinel.audit.ingest.otlp.wire.Items;
import dev.sentinel.audit.ingest.otlp.wire.Origin;
import dev.sentinel.audit.ingest.otlp.wire.Scope;
import dev.sentinel.audit.ingest.otlp.wire.Span;
import dev.sentinel.audit.ingest.otlp.wire.Value;
import dev.sentinel.audit.ingest.otlp.wire.Whole;
import dev.sentinel.audit.redact.RedactionRules;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No record is refused for its size. */
final class MetadataCutterTest {
    private static final int LIMIT = 65_536;

    @Test
    void string_overOneKibibyte_isCutAndListed() {
        String metadata = metadata(Attributes.builder().put("note", "ä".repeat(1000)), Content.ARGUMENTS);

        assertThat(metadata)
                .contains("\"note\":\"" + "ä".repeat(510) + "…\"")
                .contains("\"truncated\":[{\"at\":\"/metadata/attributes/note\",\"bytes\":2000,\"sha256\":\""
                        + StorableText.sha256("ä".repeat(1000)));
    }

    @Test
    void arguments_upToEightKibibytes_areWhole() {
        String metadata = metadata(
                Attributes.builder().put("gen_ai.tool.call.arguments", "{\"content\":\"" + "x".repeat(8000) + "\"}"),
                Content.ARGUMENTS);

        assertThat(metadata).contains("\"content\":\"" + "x".repeat(8000) + '"').doesNotContain("truncated");
    }

    @Test
    void arguments_over_keepTheirShortMembers() {
        String metadata = metadata(
                Attributes.builder()
                        .put(
                                "gen_ai.tool.call.arguments",
                                "{\"content\":\"" + "x".repeat(80_000) + "\",\"file_path\":\"/src/a\"}"),
                Content.ARGUMENTS);

        assertThat(metadata).contains("\"file_path\":\"/src/a\"", "/metadata/tool/arguments/content");
        assertThat(bytes(metadata)).isBetween(8_000, 9_500);
    }

    @Test
    void arguments_ofManyNumbers_becomeText() {
        String metadata =
                metadata(Attributes.builder().put("gen_ai.tool.call.arguments", numbers(20_000)), Content.ARGUMENTS);

        assertThat(metadata).contains("\"arguments\":\"[0,1,2,", "{\"at\":\"/metadata/tool/arguments\"");
        assertThat(bytes(metadata)).isLessThan(10_000);
    }

    @Test
    void attributes_manyLarge_fitTogether() {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < 120; i++) {
            attributes.put("key." + i, "\u0001\"".repeat(600));
        }

        String metadata = metadata(attributes, Content.ARGUMENTS);

        assertThat(bytes(metadata)).isBetween(LIMIT / 2, LIMIT);
        assertThat(metadata).contains("\"truncated_more\":");
    }

    @Test
    void attributes_manyArrays_fitTogether() {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < 120; i++) {
            attributes.put("key." + i, numbers(3_000));
        }

        assertThat(bytes(metadata(attributes, Content.FULL))).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void attributes_moreThanTheLimit_areTheFirstByKey() {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 299; i >= 0; i--) {
            attributes.put("key." + (1000 + i), i);
        }

        assertThat(metadata(attributes, Content.ARGUMENTS))
                .contains("\"left_out\":172", "\"key.1000\":0", "\"key.1127\":127")
                .doesNotContain("\"key.1128\"");
    }

    @Test
    void nesting_deeperThanMetadata_becomesJsonText() {
        Value value = new Items(List.of(new Whole(7)));
        for (int i = 0; i < 60; i++) {
            value = new Items(List.of(value));
        }

        String metadata = metadata(Attributes.builder().put("deep", value), Content.ARGUMENTS);

        assertThat(metadata).contains("\"" + "[".repeat(31) + "7" + "]".repeat(31) + "\"");
    }

    @Test
    void name_ofManyCharacters_isCutAndKeptDistinct() {
        String metadata = metadata(
                Attributes.builder().put("n".repeat(400) + 'a', 1).put("n".repeat(400) + 'b', 2), Content.ARGUMENTS);

        assertThat(metadata).containsPattern("\"n{238}~[0-9a-f]{16}\":1").containsPattern("\"n{238}~[0-9a-f]{16}\":2");
    }

    /** A secret that is cut would escape its pattern, so it must be gone before. */
    @Test
    void secret_acrossTheCut_isRedactedFirst() {
        String token = "ghp_" + "a1B2c3D4e5F6".repeat(3);

        String metadata = metadata(Attributes.builder().put("note", "x".repeat(1000) + ' ' + token), Content.ARGUMENTS);

        assertThat(metadata).doesNotContain("ghp_");
    }

    @Test
    void digests_moreThanSixteen_areLeftOut() {
        Attributes.Builder attributes = Attributes.builder();
        for (int i = 0; i < 30; i++) {
            attributes.put("llm.input_messages." + i + ".message.content", "hello");
        }

        assertThat(metadata(attributes, Content.ARGUMENTS).split("sha256", -1)).hasSize(17);
    }

    @Test
    void text_ofManyMegabytes_isCut() {
        String metadata = metadata(Attributes.builder().put("note", "lorem ".repeat(1_000_000)), Content.ARGUMENTS);

        assertThat(metadata).contains("…\"", "/metadata/attributes/note");
    }

    /** The names that lead to a string may be many times as long as it is. */
    @Test
    void strings_belowManyLongNames_takeMemoryForThemselvesOnly() {
        String name = "{\"" + "n/".repeat(127) + "\":";
        String string = '"' + "x".repeat(70) + '"';
        String json = "{\"otel\":{},\"attributes\":" + name.repeat(28) + '[' + (string + ',').repeat(29_999) + string
                + ']' + "}".repeat(29);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        MetadataCutter.cut(json);
        long before = threads.getCurrentThreadAllocatedBytes();

        String metadata = MetadataCutter.cut(json);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64L << 20);
        assertThat(bytes(metadata)).isLessThanOrEqualTo(LIMIT);
        assertThat(metadata).contains("\"truncated_more\":");
    }

    @Test
    void pointer_ofNamesWithSlashAndTilde_isEscapedAndMeasured() {
        Pointer pointer = Pointer.root("metadata").child("a/b~c").child(3);

        assertThat(pointer).hasToString("/metadata/a~1b~0c/3");
        assertThat(pointer.bytes()).isEqualTo("/metadata/a~1b~0c/3".length());
    }

    private static Items numbers(int count) {
        List<Value> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(new Whole(i));
        }
        return new Items(numbers);
    }

    private static String metadata(Attributes.Builder attributes, Content content) {
        OtlpRequest request = new OtlpMapper(
                        Requests.MAPPING, content, Spans.ACTIONS, RedactionRules.full(), kind -> {})
                .begin(new Sender(null, null));
        request.span(
                new Origin(Attributes.NONE, Scope.NONE),
                new Span(
                        "7c9e1f0b4a5d4c3e8f2a6b1d0e9c8f7a",
                        "a1b2c3d4e5f60718",
                        "",
                        "n",
                        1,
                        1,
                        2,
                        attributes.put("gen_ai.tool.name", "t").build(),
                        List.of(),
                        List.of(),
                        0,
                        "",
                        0));
        return request.events().get(0).metadata();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
