package dev.sentinel.audit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictObjectTest {
    private final List<FieldError> errors = new ArrayList<>();

    @Test
    void members_ofEveryKind_areRead() {
        assertThat(read("{\"a\":\"x\",\"b\":7,\"c\":[true,null,{\"d\":false}],\"e\":{}}"))
                .containsEntry("a", "x")
                .containsEntry("b", 7.0)
                .containsEntry("c", Arrays.asList(true, null, Map.of("d", false)))
                .containsEntry("e", Map.of());
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2,\"a\":3} | /a | is given twice",
                "{\"a\":1,\"\\u0061\":{\"x\":[]}} | /a | is given twice",
                "{\"o\":[0,{\"a/b\":1,\"a/b\":1}]} | /o/1/a~1b | is given twice",
                "{\"a\":\"x\\u0000\"} | /a | must not contain NUL characters or unpaired surrogates",
                "{\"o\":[\"\\ud800\"]} | /o/0 | must not contain NUL characters or unpaired surrogates",
                "{\"o\":{\"\\u0000\":1}} | /o | has a name that must not contain NUL characters or unpaired surrogates",
                "{\"o\":[[[[[[[[1]]]]]]]]} | /o/0/0/0/0/0/0/0 | nests deeper than 8 levels"
            })
    void member_wrong_isNamed(String body, String pointer, String detail) {
        read(body);

        assertThat(errors).containsExactly(new FieldError(pointer, detail));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "7", "\"x\"", "null", "[{\"a\":1,\"a\":1}]"})
    void value_thatIsNoObject_isNull(String body) {
        assertThat(read(body)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}{}", "{} x", "{'a':1}", "{\"a\":1,}", "/* c */ {}", "{\"a\":NaN}"})
    void body_thatIsNotJson_isRefused(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void body_inAnotherEncoding_isRefused() {
        assertThatThrownBy(() -> StrictObject.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), errors))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void body_ofBrackets_isRefusedWithoutRecursion() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(1_000_000))).isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void errors_veryMany_areBounded() {
        read("{\"a\":1" + ",\"a\":1".repeat(1_000) + "}");

        assertThat(errors).hasSize(20);
    }

    private @Nullable Map<String, @Nullable Object> read(String body) {
        return StrictObject.read(body.getBytes(StandardCharsets.UTF_8), errors);
    }
}
