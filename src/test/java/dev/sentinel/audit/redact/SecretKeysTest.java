package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretKeysTest {
    private final SecretKeys builtIn = new SecretKeys(List.of(), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "Password",
                "PASSWORD",
                "user_password",
                "passwordConfirmation",
                "db.passwd",
                "passphrase",
                "pwd",
                "secret",
                "client_secret",
                "clientSecret",
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
                "token",
                "access_token",
                "refreshToken",
                "x-csrf-token",
                "auth",
                "jwt",
                "credentials",
                "cardNumber",
                "cvv",
                "pass\u200bword",
                "apapikey",
                "papassword"
            })
    void matches_nameOfSecret_true(String name) {
        assertThat(matches(builtIn, name)).isTrue();
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
                "pass",
                "secre",
                "passwörd",
                "tökenx"
            })
    void matches_otherName_false(String name) {
        assertThat(matches(builtIn, name)).isFalse();
    }

    @Test
    void matches_configuredTerm_anywhereInName() {
        SecretKeys keys = new SecretKeys(List.of("I-Ban"), List.of());
        assertThat(matches(keys, "customerIbanOld")).isTrue();
        assertThat(matches(builtIn, "customerIbanOld")).isFalse();
    }

    @Test
    void matches_keptName_falseForThatNameOnly() {
        SecretKeys keys = new SecretKeys(List.of(), List.of("next_page_token"));
        assertThat(matches(keys, "nextPageToken")).isFalse();
        assertThat(matches(keys, "page_token")).isTrue();
    }

    private static boolean matches(SecretKeys keys, String name) {
        return keys.matches(("<" + name + ">").toCharArray(), 1, 1 + name.length());
    }
}
