package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShapeScannerTest {
    private static final String JWT =
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "GET with Bearer abc.def-123_456 now | GET with Bearer [REDACTED] now | HTTP_CREDENTIALS",
                "bearer onlylettersbutlong | bearer [REDACTED] | HTTP_CREDENTIALS",
                "Basic dXNlcjpwYXNz | Basic [REDACTED] | HTTP_CREDENTIALS",
                "key AKIAIOSFODNN7EXAMPLE. | key [REDACTED]. | AWS_KEY",
                JWT + " | [REDACTED] | JWT",
                "(" + JWT + ") | ([REDACTED]) | JWT",
                "sk-proj-abcdefghijklmnop1234 | [REDACTED] | ISSUED_TOKEN",
                "token ghp_abcdefghijklmnopqrstuvwxyz0123456789 | token [REDACTED] | ISSUED_TOKEN",
                "snt_k7f3_0123456789abcdefghij | [REDACTED] | ISSUED_TOKEN",
                "4111111111111111 | [REDACTED] | CARD_NUMBER",
                "card 4111 1111 1111 1111 exp 12/29 | card [REDACTED] exp 12/29 | CARD_NUMBER",
                "card 4111-1111-1111-1111. | card [REDACTED]. | CARD_NUMBER",
                "3782 822463 10005 | [REDACTED] | CARD_NUMBER",
                "378282246310005 | [REDACTED] | CARD_NUMBER",
                "4222222222222 | [REDACTED] | CARD_NUMBER",
                "postgres://app:hunter2@db:5432/x | postgres://app:[REDACTED]@db:5432/x | URL_PASSWORD",
                "redis://:hunter2@h | redis://:[REDACTED]@h | URL_PASSWORD",
                "http://u:p@ss@h/ | http://u:[REDACTED]@h/ | URL_PASSWORD",
                "https://h/x?api_key=abc123&q=1 | https://h/x?api_key=[REDACTED]&q=1 | ASSIGNMENT",
                "?access_token=abc#frag | ?access_token=[REDACTED] | ASSIGNMENT",
                "host=h password='a b c' user=u | host=h password='[REDACTED]' user=u | ASSIGNMENT",
                "{\"password\": \"hunter2\", \"n\": 1} | {\"password\": \"[REDACTED]\", \"n\": 1} | ASSIGNMENT",
                "{\\\"token\\\":\\\"hunter2\\\"} | {\\\"token\\\":\\\"[REDACTED]\\\"} | ASSIGNMENT",
                "-H 'Authorization: Digest a, b' x | -H 'Authorization: [REDACTED]' x | ASSIGNMENT",
                "Cookie: a=b; c=d | Cookie: [REDACTED] | ASSIGNMENT",
                "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI | export AWS_SECRET_ACCESS_KEY=[REDACTED] | ASSIGNMENT"
            })
    void clean_textWithSecret_keepsRest(String text, String expected, SecretKind kind) {
        ShapeScanner scanner = scanner();
        assertThat(clean(scanner, text)).isEqualTo(expected);
        assertThat(scanner.found().kind(0)).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bearer of bad news",
                "use bearer authentication.",
                "basic information",
                "the token was rotated",
                "Unexpected token: name at line 3",
                "AKIAIOSFODNN7EXAMPL",
                "xAKIAIOSFODNN7EXAMPLE",
                "eyJhbGciOiJIUzI1NiJ9",
                "sk-fading-circle-container",
                "4111111111111112",
                "1731657600000",
                "0.4111111111111111",
                "id-4111111111111111-x",
                "41111111111111111111111",
                "550e8400-e29b-41d4-a716-446655440000",
                "+4912345678901234",
                "http://host:8080/a@b",
                "https://user@host/",
                "https://user:[REDACTED]@host/",
                "password=[REDACTED]",
                "WHERE password = ? AND x = 1",
                "password=null",
                "max_tokens=1000",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "12:30:45 a=b c:d"
            })
    void clean_textWithoutSecret_returnsNull(String text) {
        assertThat(clean(scanner(), text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void clean_privateKey_isRemovedWhole(String label) {
        String key = "-----BEGIN " + label + "-----\nMIIEow\n-----END " + label + "-----";
        assertThat(clean(scanner(), "a " + key + " b")).isEqualTo("a [REDACTED] b");
        assertThat(clean(scanner(), "cut off " + key.substring(0, key.indexOf("MIIEow") + 4)))
                .isEqualTo("cut off [REDACTED]");
    }

    @Property
    boolean clean_again_findsNothingMore(
            @ForAll @StringLength(max = 200) @CharRange(from = ' ', to = '~') String left,
            @ForAll @StringLength(max = 200) @CharRange(from = ' ', to = '~') String right) {
        String clean = clean(scanner(), left + " Bearer canary4canary4 " + right);
        return clean == null || !clean.contains("canary4canary4");
    }

    /** Repeated pieces that would make a careless rule rescan the text. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ",
                "eyJaaaaaaaa.",
                "eyJaaaaaaaa.b.",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY",
                "://",
                "a://b:",
                "bearer ",
                "basic ",
                "basic/",
                "bearer/",
                "=",
                "a=",
                "password=",
                "password=[REDACTED]",
                "password:\\",
                "\"",
                "4",
                "4 ",
                "4111-",
                "4111 1111 ",
                "sk-",
                "ghp_",
                "cookie:[REDACTED]",
                ": ",
                "'=",
                "-"
            })
    void clean_repetitive_isLinear(String piece) {
        char[] text = piece.repeat(2_000_000 / piece.length()).toCharArray();
        ShapeScanner scanner = scanner();
        // A quadratic scan would take hours.
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> scanner.clean(text, 0, text.length));
    }

    private static String clean(ShapeScanner scanner, String text) {
        return scanner.clean(("\"" + text + "\"").toCharArray(), 1, 1 + text.length());
    }

    private static ShapeScanner scanner() {
        return new ShapeScanner(new SecretKeys(List.of(), List.of()));
    }
}
