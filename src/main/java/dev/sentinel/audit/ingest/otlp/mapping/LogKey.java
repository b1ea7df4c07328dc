package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.List;

/**
 * What identifies a log record of an emitter, because OTLP gives it no id.
 *
 * @param label keeps the ids of emitters apart
 */
record LogKey(String label, List<Part> parts) {
    /** What a part is. */
    enum Kind {
        ATTRIBUTE,
        NAME,
        TIME,
        HASH
    }

    /**
     * One part.
     *
     * @param required whether the key identifies nothing without it
     * @param keys attributes; one, or those that are hashed
     */
    record Part(Kind kind, boolean required, List<String> keys) {}

    static LogKey parse(List<String> words) {
        return new LogKey(
                words.get(0),
                words.subList(1, words.size()).stream().map(LogKey::part).toList());
    }

    private static Part part(String word) {
        boolean required = word.startsWith("!");
        String text = required ? word.substring(1) : word;
        if (text.equals("@name")) {
            return new Part(Kind.NAME, required, List.of());
        }
        if (text.equals("@time")) {
            return new Part(Kind.TIME, required, List.of());
        }
        if (text.startsWith("sha256:")) {
            return new Part(
                    Kind.HASH,
                    required,
                    List.of(text.substring("sha256:".length()).split(",", -1)));
        }
        return new Part(Kind.ATTRIBUTE, required, List.of(text));
    }
}
