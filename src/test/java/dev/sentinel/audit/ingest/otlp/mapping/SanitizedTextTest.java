package dev.sentinel.audit.ingest.otlp.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.event.LongIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of statements, of URLs and of texts that no store holds. */
final class SanitizedTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select * from t where a = 'x'|select * from t where a = ?",
                "select 'it''s', 1.5e3, x1 from t2|select ?, ?, x1 from t2",
                "select 'a\\'b' , c|select ? , c",
                "select $$secret$$ , $tag$more$tag$|select ? , ?",
                "select $1, 0xFF|select $1, ?",
                "select 'never ends|select ?",
                "select $$never ends|select ?",
                "select \"name\" from t|select ? from t",
                "limit 10;-- 20|limit ?;-- ?"
            })
    void masked_anyStatement_hasNoLiteral(String sql, String masked) {
        assertThat(SqlLiterals.masked(sql, null)).isEqualTo(masked);
    }

    @Test
    void masked_namesInDoubleQuotes_stayWhereTheyAreNames() {
        assertThat(SqlLiterals.masked("select \"name\" from t where a = 'x'", "postgresql"))
                .isEqualTo("select \"name\" from t where a = ?");
    }

    @ParameterizedTest
    @CsvSource({
        "https://u:p@h.example:8/a?key=x#f, https://h.example:8/a",
        "https://h.example?key=x, https://h.example",
        "https://u:p%40@h/a@b, https://h/a@b",
        "https://u:p@ss@h/a, https://h/a",
        "/a/b?key=x, /a/b",
        "https://h.example/a, https://h.example/a",
        "https://u@h, https://h"
    })
    void bare_anyUrl_hasNeitherQueryNorUser(String url, String bare) {
        assertThat(Urls.bare(url)).isEqualTo(bare);
    }

    @Test
    void of_nulAndLoneSurrogates_areReplaced() {
        assertThat(StorableText.of("a\0b\uD800c\uDC00😀")).isEqualTo("a\uFFFDb\uFFFDc\uFFFD😀");
    }

    @Test
    void cut_withinReplacement_cutsBeforeIt() {
        assertThat(StorableText.cut("password=[REDACTED] and more", 15)).isEqualTo("password=…");
        assertThat(StorableText.cutBytes("password=[REDACTED] and more", 15)).isEqualTo("password=…");
    }

    @Test
    void cut_betweenSurrogates_keepsCodePoints() {
        assertThat(StorableText.cut("😀".repeat(10), 5)).isEqualTo("😀".repeat(4) + "…");
        assertThat(StorableText.cutBytes("😀".repeat(10), 12)).isEqualTo("😀".repeat(2) + "…");
    }

    @Test
    void identifier_tooLong_keepsAHash() {
        String one = LongIdentifier.shortened("a".repeat(300) + 'x', 255);
        String other = LongIdentifier.shortened("a".repeat(300) + 'y', 255);

        assertThat(one).hasSize(255).isNotEqualTo(other);
    }
}
