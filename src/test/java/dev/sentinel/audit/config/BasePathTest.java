package dev.sentinel.audit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BasePathTest {
    private static final String LONGEST = "/" + "a".repeat(99);

    @ParameterizedTest
    @CsvSource({
        "/sentinel, /sentinel",
        "/sentinel/, /sentinel",
        "/tools/audit/, /tools/audit",
        "/~team/a.b_c-9, /~team/a.b_c-9",
        "/..., /...",
        "/v2, /v2",
        "/audit/v1, /audit/v1",
        "/, ''",
        "'', ''"
    })
    void parse_path_hasNoSlashAtItsEnd(String text, String prefix) {
        assertThat(parse(text).prefix()).isEqualTo(prefix);
        assertThat(parse(text).isNone()).isEqualTo(prefix.isEmpty());
    }

    @Test
    void parse_longest_isAllowed() {
        assertThat(parse(LONGEST).prefix()).isEqualTo(LONGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentinel",
                "//",
                "//host/sentinel",
                "/a//b",
                "/a//",
                "/.",
                "/a/..",
                "/a/./b",
                "/a b",
                "/a%20b",
                "/%73entinel",
                "/a?b",
                "/a#b",
                "/a;b",
                "/:id",
                "/a*",
                "/a\\b",
                "/<script>",
                "/\u00e4",
                "https://host/sentinel"
            })
    void parse_anythingElse_isRefusedWithTheRule(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessage("BASE_PATH=" + text + " is not valid: must be a path such as /sentinel, of letters, digits"
                        + " and - . _ ~, with at most 100 characters");
    }

    @Test
    void parse_tooLong_isRefused() {
        assertThatThrownBy(() -> parse(LONGEST + "a")).hasMessageContaining("at most 100 characters");
    }

    /** Requests without the prefix would not reach the paths that it hides. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/ui/", "/docs/x", "/health", "/metrics", "/openapi.json"})
    void parse_pathOfTheServer_isRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must not begin with /" + text.split("/", -1)[1] + ", a path of the server");
    }

    private static BasePath parse(String text) {
        return SentinelConfig.fromEnvironment(Map.of("BASE_PATH", text)).http().basePath();
    }
}
