package dev.sentinel.audit.query;

import java.util.Locale;

/** The values of the parameter {@code order} of a list of events. */
enum ListOrder {
    /** By time, newest first. */
    DESC,
    /** By time, oldest first. */
    ASC,
    /** By position in the log; see {@link LogPolls}. */
    SEQ;

    static ListOrder of(QueryParameters parameters) {
        return parameters.choice("order", values(), ListOrder::wireName, DESC);
    }

    private String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
