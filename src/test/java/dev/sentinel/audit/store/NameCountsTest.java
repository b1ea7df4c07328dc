package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NameCountsTest {
    private final NameCounts counts = new NameCounts();

    @Test
    void build_someNames_listsThoseWithMostEventsAndErrors() {
        for (String name : List.of("b", "a", "c", "a", "b", "d", "a")) {
            counts.add(name, name.equals("c") || name.equals("b"));
        }
        counts.add(null, true);

        Stats.Tops tops = counts.build(2);

        assertThat(tops.byEvents()).containsExactly(new StatsTop("a", 3, 0), new StatsTop("b", 2, 2));
        assertThat(tops.byErrors()).containsExactly(new StatsTop("b", 2, 2), new StatsTop("c", 1, 1));
        assertThat(tops.names()).isEqualTo(4);
        assertThat(tops.events()).isEqualTo(7);
        assertThat(counts.isComplete()).isTrue();
    }

    /** The stores would list others of the names with equally many events. */
    @Test
    void build_equallyMany_areInTheOrderOfUtf8() {
        List<String> names =
                new ArrayList<>(List.of("", "a", "aa", "ä", "\uFF5E", "\uE000", "\uD7FF", "😀", "😀a", "a😀", "z"));
        Collections.shuffle(names, new Random(5));
        names.forEach(name -> counts.add(name, false));

        List<String> listed =
                counts.build(100).byEvents().stream().map(StatsTop::name).toList();

        names.sort(Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        assertThat(listed).isEqualTo(names);
    }
}
