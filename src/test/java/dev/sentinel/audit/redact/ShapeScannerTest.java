package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShapeScannerTest {
    static List<String> secrets() {
        return Corpus.secrets();
    }

    static List<String> innocents() {
        return Corpus.innocents();
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void clean_textWithSecret_keepsTheRest(String marked) {
        String text = Corpus.unmarked(marked);
        String clean = clean(scanner(), text);
        assertThat(clean == null ? text : clean).isEqualTo(Corpus.redacted(marked));
    }

    @ParameterizedTest
    @MethodSource("innocents")
    void clean_textWithoutSecret_null(String text) {
        assertThat(clean(scanner(), text)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Bearer abc.def-123_456 | HTTP_CREDENTIALS",
                "Basic dXNlcjpwYXNz | HTTP_CREDENTIALS",
                "AKIAIOSFODNN7EXAMPLE | AWS_KEY",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N | JWT",
                "sk-proj-abcdefghijklmnop1234 | ISSUED_TOKEN",
                "4111 1111 1111 1111 | CARD_NUMBER",
                "postgres://app:hunter2@db:5432/x | URL_PASSWORD",
                "?api_key=abc123 | ASSIGNMENT",
                "-----BEGIN PRIVATE KEY-----\\nMIIE | PRIVATE_KEY"
            })
    void found_secret_isOfItsKind(String text, SecretKind kind) {
        ShapeScanner scanner = scanner();
        assertThat(clean(scanner, text.replace("\\n", "\n"))).isNotNull();
        assertThat(scanner.found().kind(0)).isEqualTo(kind);
    }

    @Property
    boolean clean_again_findsNothingMore(
            @ForAll @StringLength(max = 200) @CharRange(from = ' ', to = '~') String left,
            @ForAll @StringLength(max = 200) @CharRange(from = ' ', to = '~') String right) {
        String clean = clean(scanner(), left + " Bearer canary4canary4 " + right);
        return clean == null || !clean.contains("canary4canary4");
    }

    @Test
    void clean_shapeOfOperator_isRemoved() {
        RedactionRules rules = RedactionRules.of(
                RedactionRules.Mode.FULL,
                List.of(),
                List.of(),
                List.of("acme_\talnum\t8\tdigit\tnothing\tAcme\t2026-11\tabcdefg1"));

        assertThat(new Redactor(rules, kind -> {}).clean("see acme_0123456789 there"))
                .isEqualTo("see [REDACTED] there");
        assertThat(clean(scanner(), "see acme_0123456789 there")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void clean_privateKey_isRemovedWhole(String label) {
        String key = "-----BEGIN " + label + "-----\nMIIEow\n-----END " + label + "-----";
        assertThat(clean(scanner(), "a " + key + " b")).isEqualTo("a [REDACTED] b");
        assertThat(clean(scanner(), "cut off " + key.substring(0, key.indexOf("MIIEow") + 4)))
                .isEqualTo("cut off [REDACTED]");
    }

    /** Texts are redacted before they are cut: what is stored must not change when it is read once more. */
    @Test
    void clean_redactedAndCut_isLeftAlone() {
        String text = "sent {\"password\":\"[REDACTED]\u2026";

        assertThat(new Redactor(RedactionRules.full(), kind -> {}).clean(text)).isNull();
    }

    private static String clean(ShapeScanner scanner, String text) {
        return scanner.clean(("\"" + text + "\"").toCharArray(), 1, 1 + text.length());
    }

    private static ShapeScanner scanner() {
        return new ShapeScanner(new SecretNames(List.of(), List.of()), Shapes.BUILT_IN, false);
    }
}
