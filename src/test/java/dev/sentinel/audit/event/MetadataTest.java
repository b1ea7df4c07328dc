package dev.sentinel.audit.event;

import static dev.sentinel.audit.event.EventSamples.errors;
import static dev.sentinel.audit.event.EventSamples.event;
import static dev.sentinel.audit.event.EventSamples.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.RedactionRules;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {

    private static String copied(String metadata) {
        return event(with("metadata", metadata)).metadata();
    }

    @Test
    void metadata_withWhitespace_isMinifiedInOrder() {
        assertThat(copied(" { \"b\" : [ 1 , { } , [ ] , null , true , false ] ,\n\"a\" : { \"c\" : \"d\" } } "))
                .isEqualTo("{\"b\":[1,{},[],null,true,false],\"a\":{\"c\":\"d\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1.0",
                "-0.0",
                "1e400",
                "1E+05",
                "1.50e-7",
                "1234567890123456789012345678901234567890",
                "0.10000000000000000000000000000000000000000001",
                "1e99999999999999999999"
            })
    void metadata_number_keepsItsSpelling(String number) {
        assertThat(copied("{\"n\":" + number + ",\"a\":[" + number + "]}"))
                .isEqualTo("{\"n\":" + number + ",\"a\":[" + number + "]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1e", "-0.", "1.5E-"})
    void metadata_numberAtTheLimit_isKept(String beginning) {
        String metadata = "{\"n\":" + number(beginning, 1_000) + "}";

        assertThat(copied(metadata)).isEqualTo(metadata);
    }

    /** Few programs can read such a number, and comparing it costs more than its client pays. */
    @ParameterizedTest
    @ValueSource(strings = {"", "1e", "-0.", "1.5E-"})
    void metadata_numberBeyondTheLimit_isRefusedByName(String beginning) {
        String metadata = "{\"a\":[true,{\"n\":" + number(beginning, 1_001) + "}]}";

        assertThat(errors(with("metadata", metadata)))
                .containsExactly(new FieldError("/metadata/a/1/n", "must be a number of at most 1,000 characters"));
    }

    private static String number(String beginning, int length) {
        return beginning + "7".repeat(length - beginning.length());
    }

    @Test
    void metadata_escapes_areReducedToRequiredOnes() {
        assertThat(copied("{\"\\u0061\\/\":\"\\u00e4\\ud83d\\ude00\\\"\\\\\\b\\f\\n\\r\\t\\u001F\\u007f\"}"))
                .isEqualTo("{\"a/\":\"ä\uD83D\uDE00\\\"\\\\\\b\\f\\n\\r\\t\\u001f\u007f\"}");
    }

    @ParameterizedTest
    @CsvSource({"a,1", "ä,2", "€,3", "\uD83D\uDE00,4"})
    void metadata_atTheLimit_isValid(String character, int bytes) {
        int valueBytes = 65_536 - "{\"a\":\"\"}".length();
        String value = character.repeat(valueBytes / bytes) + "x".repeat(valueBytes % bytes);

        assertThat(EventSamples.utf8(copied("{ \"a\" : \"" + value + "\" }"))).hasSize(65_536);
    }

    @ParameterizedTest
    @CsvSource({"a,1", "ä,2", "€,3", "\uD83D\uDE00,4"})
    void metadata_oneByteOverTheLimit_isRefused(String character, int bytes) {
        int valueBytes = 65_537 - "{\"a\":\"\"}".length();
        String value = character.repeat(valueBytes / bytes) + "x".repeat(valueBytes % bytes);

        assertThat(errors(with("metadata", "{\"a\":\"" + value + "\"}")))
                .containsExactly(new FieldError("/metadata", "must be at most 65,536 bytes of JSON"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\"", "1", "9", "[]", "{}"})
    void metadata_ofManySmallValuesOverTheLimit_isRefused(String value) {
        String metadata = "{\"a\":[" + (value + ",").repeat(40_000) + "1]}";

        assertThat(errors(with("metadata", metadata)))
                .containsExactly(new FieldError("/metadata", "must be at most 65,536 bytes of JSON"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"%s\":1", "\"a\":\"%s\"", "\"a\":[\"%s\"]"})
    void metadata_ofOneHugeToken_isRefused(String member) {
        assertThat(errors(with("metadata", "{" + member.formatted("7".repeat(3_000_000)) + "}")))
                .containsExactly(new FieldError("/metadata", "must be at most 65,536 bytes of JSON"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"{}\"", "1", "true"})
    void metadata_notAnObject_isRefused(String metadata) {
        assertThat(errors(with("metadata", metadata)))
                .containsExactly(new FieldError("/metadata", "must be a JSON object or null"));
    }

    @Test
    void metadata_of32Levels_isValid() {
        String metadata = "{\"a\":".repeat(31) + "{}" + "}".repeat(31);

        assertThat(copied(metadata)).isEqualTo(metadata);
    }

    @Test
    void metadata_of33Levels_isRefusedAtTheDeepestLevel() {
        assertThat(errors(with("metadata", "{\"a\":" + "[0,".repeat(31) + "[]" + "]".repeat(31) + "}")))
                .containsExactly(
                        new FieldError("/metadata/a" + "/1".repeat(31), "must not nest deeper than 32 levels"));
    }

    @Test
    void metadata_ofThousandsOfLevels_isRefusedAndOtherFieldsAreChecked() {
        String json = with("metadata", "{\"a\":" + "[".repeat(9_000) + "]".repeat(9_000) + ",\"b\":{}}");

        assertThat(errors(json.replaceFirst("\"status\":\"success\",", "")))
                .extracting(FieldError::pointer)
                .containsExactly("/status", "/metadata/a" + "/0".repeat(31));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2} | /metadata/a",
                "{\"a\":1,\"\\u0061\":2} | /metadata/a",
                "{\"a\":[0,{\"b\":1,\"c\":2,\"b\":3}]} | /metadata/a/1/b",
                "{\"a/b\":{\"~c\":1,\"~c\":2}} | /metadata/a~1b/~0c",
                "{\"\":1,\"\":2} | /metadata/"
            })
    void metadata_nameGivenTwice_isRefusedWithPointer(String metadata, String pointer) {
        assertThat(errors(with("metadata", metadata))).containsExactly(new FieldError(pointer, "is given twice"));
    }

    @Test
    void metadata_sameNameInDifferentObjects_isValid() {
        assertThat(copied("{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]},\"b\":{\"a\":1}}"))
                .isNotEmpty();
    }

    @Test
    void metadata_thousandsOfNames_duplicateIsFound() {
        String names =
                IntStream.range(0, 5_000).mapToObj(i -> "\"k" + i + "\":1").collect(Collectors.joining(","));

        assertThat(copied("{" + names + "}")).isEqualTo("{" + names + "}");
        assertThat(errors(with("metadata", "{" + names + ",\"k77\":1}")))
                .extracting(FieldError::pointer)
                .containsExactly("/metadata/k77");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"\\u0000\"} | /metadata/a",
                "{\"a\":[1,\"\\ud800\"]} | /metadata/a/1",
                "{\"a\":{\"\\udc00\":1}} | /metadata/a",
                "{\"\\u0000\":1} | /metadata"
            })
    void metadata_textThatCannotBeStored_isRefusedWithPointer(String metadata, String pointer) {
        assertThat(errors(with("metadata", metadata)))
                .extracting(FieldError::pointer)
                .containsExactly(pointer);
    }

    @Test
    void metadata_afterRefusedMetadata_isReadIndependently() {
        String bad = with("metadata", "{\"a\":[[1,{\"b\":1,\"b\":2,\"c\":[[]]}]]}");
        String good = with("metadata", "{\"a\":[[1]],\"b\":1}");

        DecodedBody body = new EventReader(2, RedactionRules.full(), secret -> {})
                .readJson(EventSamples.utf8("[" + bad + "," + good + "]"), null);

        assertThat(body.events().get(1)).isEqualTo(new DecodedEvent.Valid(event(good)));
    }
}
