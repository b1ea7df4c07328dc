package dev.sentinel.audit.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The same name has the same id for ever. */
final class NamedUuidsTest {
    private final NamedUuids ids = new NamedUuids("sentinel-otlp-1");

    @Test
    void of_parts_isUuidOfVersionEight() {
        UUID id = ids.of("span", "a", "b", "1");

        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
        // SHA-256 of "sentinel-otlp-1 span a b 1" with NUL for the blanks begins with e0f472a3f550701618cd35683a337dbd.
        assertThat(id).hasToString("e0f472a3-f550-8701-9863-34d5a0e8cdf6");
    }

    @Test
    void of_partsJoinedOtherwise_isAnotherId() {
        assertThat(ids.of("span", "ab", "c")).isNotEqualTo(ids.of("span", "a", "bc"));
    }

    @Test
    void of_otherSpace_isAnotherId() {
        assertThat(new NamedUuids("other").of("a")).isNotEqualTo(ids.of("a"));
    }
}
