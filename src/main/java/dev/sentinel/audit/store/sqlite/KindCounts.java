package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many events there are, by status.
 *
 * @param byStatus has every status
 */
record KindCounts(Map<EventStatus, Long> byStatus, long total) {

    /** @param kinds as {@link OutlineFunction} says */
    static KindCounts parse(String kinds) {
        Map<EventStatus, Long> byStatus = new EnumMap<>(EventStatus.class);
        for (EventStatus status : EventStatus.values()) {
            byStatus.put(status, 0L);
        }
        long total = 0;
        for (String count : kinds.split(",", -1)) {
            int colon = count.indexOf(':');
            long events = Long.parseLong(count.substring(colon + 1));
            byStatus.merge(Kinds.statusOf(Integer.parseInt(count.substring(0, colon))), events, Long::sum);
            total += events;
        }
        return new KindCounts(byStatus, total);
    }
}
