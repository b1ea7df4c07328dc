package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetadataPathTest {
    private static final String METADATA = "{\"a\":1.0,\"b\":{\"a\":\"x\\n\\\\\\u0001\",\"0\":[true,[null],{\"\":-0}]},"
            + "\"c\":\"}]\\\"\",\"d\":[],\"e\":{},\"\\\"\":\"😀\"}";

    /** Names are separated by slashes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "a       | 1.0",
                "b/0/0   | true",
                "b/0/1/0 | null",
                "b/0/2/  | -0",
                "b/0/2   | {\"\":-0}",
                "b/0/1   | [null]",
                "c       | }]\"",
                "d       | []",
                "e       | {}",
                "\"      | 😀",
                "b/0/3   |",
                "b/0/00  |",
                "b/0/-1  |",
                "b/0/a   |",
                "a/0     |",
                "d/0     |",
                "e/a     |",
                "e/      |",
                "x       |",
            })
    void value_atPath_isFound(String path, String value) {
        assertThat(new MetadataPath(List.of(path.split("/", -1))).valueIn(METADATA))
                .isEqualTo(value);
    }

    @Test
    void value_withEscapes_isTheContent() {
        assertThat(new MetadataPath(List.of("b", "a")).valueIn(METADATA)).isEqualTo("x\n\\\u0001");
    }

    /** Only a log that was tampered with has such metadata. */
    @Test
    void value_inTruncatedMetadata_endsWithIt() {
        for (int length = 0; length < METADATA.length(); length++) {
            String truncated = METADATA.substring(0, length);
            for (String name : List.of("b", "x")) {
                assertThat(new MetadataPath(List.of(name, "0", "1")).valueIn(truncated))
                        .satisfiesAnyOf(
                                value -> assertThat(value).isNull(),
                                value -> assertThat(truncated).contains(value));
            }
        }
    }
}
