package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedTextsTest {
    private final SharedTexts texts = new SharedTexts();

    @Test
    void apply_equalText_returnsTheEarlierInstance() {
        String first = texts.apply(text(7));

        assertThat(texts.apply(text(7))).isSameAs(first);
    }

    @Test
    void apply_manyTexts_keepsTheLatest() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(texts.apply(text(i))).isEqualTo("resource-" + i);
        }

        String last = texts.apply(text(99_999));

        assertThat(texts.apply(text(99_999))).isSameAs(last);
    }

    /** A new instance. */
    private static String text(int i) {
        return "resource-" + i;
    }
}
