package dev.sentinel.audit.forward;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;

/**
 * A batch that waits for its delivery.
 *
 * @param bytes of the JSON of its events
 */
record Portion(Batch batch, long bytes) {
    private static Portion of(List<StoredEvent> events, long from, long next) {
        return new Portion(
                new Batch(events, from, next),
                events.stream().mapToLong(JsonLength::of).sum());
    }

    boolean isOneEvent() {
        return batch.events().size() == 1;
    }

    /**
     * Divides a portion of several events, so that the refused one will be alone.
     *
     * @param index of the refused event, or {@link Delivery.Refused#UNKNOWN}
     * @return in order, together the same positions
     */
    List<Portion> divided(int index) {
        List<StoredEvent> events = batch.events();
        int size = events.size();
        if (index < 0 || index >= size) {
            return cut(size / 2);
        }
        if (index == 0) {
            return cut(1);
        }
        List<Portion> before = cut(index);
        Portion rest = before.get(1);
        return rest.isOneEvent()
                ? before
                : List.of(before.get(0), rest.cut(1).get(0), rest.cut(1).get(1));
    }

    /**
     * Cuts a portion of several events in two.
     *
     * @param at how many events the first part has; at least 1 and fewer than there are
     */
    List<Portion> cut(int at) {
        List<StoredEvent> events = batch.events();
        long middle = events.get(at).seq();
        return List.of(
                of(events.subList(0, at), batch.from(), middle),
                of(events.subList(at, events.size()), middle, batch.next()));
    }
}
