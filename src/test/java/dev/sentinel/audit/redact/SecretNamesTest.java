package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretNamesTest {
    private final SecretNames builtIn = new SecretNames(List.of(), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password", "Password", "PASSWORD", "user_password", "passwordConfirmation", "db.passwd", "passphrase",
                "secret", "client_secret", "clientSecret", "cvv", "cardNumber", "pass\u200bword", "papassword",
                "ｐａｓｓｗｏｒｄ", "db_passwords"
            })
    void secrecy_nameOfSecret_any(String name) {
        assertThat(secrecy(builtIn, name)).isEqualTo(NameSecrecy.ANY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SecretAccessKey",
                "api_key",
                "apiKey",
                "X-API-Key",
                "private key",
                "private-key-pem",
                "authorization",
                "Proxy-Authorization",
                "cookie",
                "Set-Cookie",
                "access_token",
                "refreshToken",
                "x-csrf-token",
                "accesstoken",
                "credentials",
                "apapikey",
                "session_jwt",
                "DB_PWD",
                "AccountKey",
                // What is no letter and outside ASCII separates no words.
                "api_to\u200bken",
                "api_to\u00abken",
                "auth_to\u00adken",
                "db_p\u200bwd"
            })
    void secrecy_nameOfText_textOrAny(String name) {
        assertThat(secrecy(builtIn, name)).isIn(NameSecrecy.TEXT, NameSecrecy.ANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "auth", "jwt", "pwd", "pass", "basic_auth", "oauth", "api_tokens"})
    void secrecy_nameOfManyThings_likely(String name) {
        assertThat(secrecy(builtIn, name)).isEqualTo(NameSecrecy.LIKELY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_",
                "tokens",
                "max_tokens",
                "prompt_tokens",
                "token_count",
                "author",
                "authority",
                "passengers",
                "key",
                "keys",
                "monkey",
                "user_id",
                "compass",
                "className",
                "secre",
                "passwörd",
                "tökenx",
                "time_to_first_token",
                "cost_per_token",
                "authorization.k8s.io/decision",
                "secretId",
                "secret_name",
                "db_secret_arn",
                "password_age_days",
                "password_policy",
                "next_page_token",
                "nextPageToken",
                "nextpagetoken",
                "progressToken",
                "eos_token",
                "secretary",
                "cookieConsent",
                "token_type",
                "apiKeyId",
                "format",
                "compat",
                "design"
            })
    void secrecy_otherName_none(String name) {
        assertThat(secrecy(builtIn, name)).isEqualTo(NameSecrecy.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "I-Ban, customerIbanOld",
        "señal, Señal_actual",
        "señal, SEN\u0303AL",
        "straße, STRASSE",
        "straße, hausstrasse",
        "κωδικός, ΚΩΔΙΚΌΣ",
        "κωδικός, κωδικόςΧρήστη",
        "비밀, 그비\u1106\u1175\u11af",
        "шифр1, Шифр1"
    })
    void secrecy_configuredTerm_anywhereInName(String term, String name) {
        assertThat(secrecy(new SecretNames(List.of(term), List.of()), name)).isEqualTo(NameSecrecy.ANY);
        assertThat(secrecy(builtIn, name)).isEqualTo(NameSecrecy.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"contraseña", "Пароль", "密码", "mot_de_passe", "DB_PASS", "mysql_pw", "client-key-data"})
    void secrecy_nameOfSecretInOtherWords_textOrAny(String name) {
        assertThat(secrecy(builtIn, name)).isIn(NameSecrecy.TEXT, NameSecrecy.ANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session_key", "AppKey", "APP_KEY", "Ocp-Apim-Storage-Key"})
    void secrecy_nameOfKey_generated(String name) {
        assertThat(secrecy(builtIn, name)).isEqualTo(NameSecrecy.GENERATED);
    }

    /** Normalizing sorts marks, so all of those that a stranger writes behind a letter would take minutes. */
    @Test
    void secrecy_nameOfManyMarks_countsEightOfALetter() {
        String marks = "\u0301".repeat(1_000_000) + "\u0316".repeat(1_000_000);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(secrecy(builtIn, "pass" + marks + "word")).isEqualTo(NameSecrecy.NONE);
        assertThat(secrecy(builtIn, "passwor" + marks + "d")).isEqualTo(NameSecrecy.NONE);
        assertThat(secrecy(builtIn, "password" + marks)).isEqualTo(NameSecrecy.ANY);
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(Duration.ofNanos(after - before)).isLessThan(Duration.ofSeconds(10));
    }

    /** Letters that become several, and letters that become marks. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00df", "\ufdfa", "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\uff9e"})
    void secrecy_longName_isDecidedInTimeOfItsLength(String part) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(secrecy(builtIn, part.repeat(200_000) + "_password")).isEqualTo(NameSecrecy.ANY);
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(Duration.ofNanos(after - before)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void secrecy_keptName_noneForThatNameOnly() {
        SecretNames names = new SecretNames(List.of(), List.of("session_token"));
        assertThat(secrecy(names, "sessionToken")).isEqualTo(NameSecrecy.NONE);
        assertThat(secrecy(names, "my_session_token")).isEqualTo(NameSecrecy.TEXT);
    }

    @Test
    void shapes_lineThatIsNoShape_isRefused() {
        assertThatThrownBy(() -> RedactionRules.of(
                        RedactionRules.Mode.FULL, List.of(), List.of(), List.of("acme_\tword\tmany\tany\tx\tx\tx\tx")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Shape.of("acme_\tword\t8\tdigit\tnothing\tAcme\t2026-11\tshort"))
                .hasMessageContaining("acme_");
    }

    private static NameSecrecy secrecy(SecretNames names, String name) {
        return names.secrecy(("<" + name + ">").toCharArray(), 1, 1 + name.length());
    }
}
