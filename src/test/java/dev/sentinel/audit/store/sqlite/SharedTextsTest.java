package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedTextsTest {
    private final SharedTexts texts = new SharedTexts();

    @Test
    void apply_equalText_isTheOneSeenBefore() {
        String first = texts.apply(text(7));

        assertThat(texts.apply(text(7))).isSameAs(first);
    }

    @Test
    void apply_textsWithoutEnd_keepsTheLast() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(texts.apply(text(i))).isEqualTo("resource-" + i);
        }

        String last = texts.apply(text(99_999));

        assertThat(texts.apply(text(99_999))).isSameAs(last);
    }

    /** A copy of its own. */
    private static String text(int i) {
        return "resource-" + i;
    }
}
