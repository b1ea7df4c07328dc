package dev.sentinel.audit.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Compares with a map, in many steps. Few different ids, so that they are put repeatedly. */
class RecentIdsTest {
    private static final UUID ABSENT = new UUID(-1, -1);

    @Property(tries = 200)
    void everyOperation_behavesLikeAMap(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5_000) int steps) {
        Random random = new Random(seed);
        RecentIds ids = new RecentIds();
        Map<UUID, Long> model = new HashMap<>();
        for (int seq = 0; seq < steps; seq++) {
            UUID id = new UUID(random.nextInt(3), random.nextInt(steps));
            ids.put(id, seq);
            model.put(id, (long) seq);
            if (random.nextInt(1_000) == 0) {
                long before = random.nextInt(seq + 2);
                ids.removeBefore(before);
                model.values().removeIf(at -> at < before);
            }
        }

        assertThat(ids.size()).isEqualTo(model.size());
        assertThat(ids.seqOf(ABSENT)).isEmpty();
        for (long high = 0; high < 3; high++) {
            for (long low = 0; low < steps; low++) {
                UUID id = new UUID(high, low);
                Long expected = model.get(id);
                assertThat(ids.seqOf(id))
                        .isEqualTo(expected == null ? OptionalLong.empty() : OptionalLong.of(expected));
            }
        }
    }
}
