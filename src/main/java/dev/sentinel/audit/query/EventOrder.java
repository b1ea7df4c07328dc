package dev.sentinel.audit.query;

import dev.sentinel.audit.store.EventQuery;

/** The values of the parameter {@code order} of exports of events; lists have more: see {@link ListOrder}. */
public enum EventOrder {
    /** Newest first. */
    DESC("desc", EventQuery.Order.NEWEST_FIRST),

    /** Oldest first. */
    ASC("asc", EventQuery.Order.OLDEST_FIRST);

    private final String wireName;
    private final EventQuery.Order order;

    EventOrder(String wireName, EventQuery.Order order) {
        this.wireName = wireName;
        this.order = order;
    }

    /** The order that a request asks for; without the parameter, newest first. */
    public static EventOrder of(QueryParameters parameters) {
        return parameters.choice("order", values(), EventOrder::wireName, DESC);
    }

    public String wireName() {
        return wireName;
    }

    /** The order in the words of the store. */
    public EventQuery.Order ofStore() {
        return order;
    }
}
