package dev.sentinel.audit.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next where the next page starts (exclusive); null on the last page
 */
public record Page<T, P>(List<T> items, @Nullable P next) {
    public Page {
        items = List.copyOf(items);
    }
}
