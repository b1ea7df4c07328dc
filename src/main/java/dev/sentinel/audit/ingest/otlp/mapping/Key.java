package dev.sentinel.audit.ingest.otlp.mapping;

/**
 * A place in a record.
 *
 * @param kind where the name is looked up
 * @param event the name of the span event; empty for other kinds
 * @param name the attribute, or the prefix of a record's name
 */
record Key(Kind kind, String event, String name) {
    private static final String RESOURCE = "resource:";
    private static final String EVENT = "event:";
    private static final String NAME = "@name";

    enum Kind {
        ATTRIBUTE,
        RESOURCE,
        EVENT,
        NAME
    }

    static Key parse(String text) {
        if (text.startsWith(RESOURCE)) {
            return new Key(Kind.RESOURCE, "", text.substring(RESOURCE.length()));
        }
        if (text.startsWith(EVENT)) {
            int slash = text.indexOf('/');
            return new Key(Kind.EVENT, text.substring(EVENT.length(), slash), text.substring(slash + 1));
        }
        if (text.startsWith(NAME)) {
            return new Key(Kind.NAME, "", text.substring(Math.min(text.length(), NAME.length() + 1)));
        }
        return new Key(Kind.ATTRIBUTE, "", text);
    }
}
