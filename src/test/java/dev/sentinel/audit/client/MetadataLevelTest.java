package dev.sentinel.audit.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.redact.NameSecrecy;
import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MetadataLevelTest {
    @Property(tries = 300)
    void distinct_anyNames_takeTheFirstFreeNumber(@ForAll @Size(max = 60) List<@IntRange(max = 8) Integer> choices) {
        List<String> wanted = List.of("a", "b", "a 2", "a 3", "a 2 2", "b 2", "a 4", "", " 2");
        MetadataLevel level = new MetadataLevel(new Redactor(RedactionRules.off(), secret -> {}));
        level.open(false, null, null, NameSecrecy.NONE);
        Set<String> expected = new LinkedHashSet<>();
        for (int choice : choices) {
            String name = wanted.get(choice);
            String free = name;
            for (int number = 2; !expected.add(free); number++) {
                free = name + " " + number;
            }
            assertThat(level.distinct(name)).isEqualTo(free);
        }
    }

    /** Keys that are secrets all become one name. A search from the first number would take minutes. */
    @Test
    @Timeout(10)
    void distinct_manyEqualNames_takeLinearTime() {
        MetadataLevel level = new MetadataLevel(new Redactor(RedactionRules.off(), secret -> {}));
        level.open(false, null, null, NameSecrecy.NONE);
        String last = "";
        for (int i = 0; i < 200_000; i++) {
            last = level.distinct("[REDACTED]");
        }
        assertThat(last).isEqualTo("[REDACTED] 200000");
    }
}
