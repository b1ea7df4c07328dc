package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.TextMember;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of the language. */
enum FilterKey {
    AGENT("agent", EventJson.AGENT_INSTANCE_ID, TextMember.AGENT),
    TRACE("trace", EventJson.TRACE_ID, TextMember.TRACE),
    SESSION("session", EventJson.SESSION_ID, TextMember.SESSION),
    FOR("for", EventJson.ON_BEHALF_OF, TextMember.ON_BEHALF_OF),
    ACTOR("actor", EventJson.ACTOR, null),
    ACTION("action", EventJson.ACTION_TYPE, null),
    STATUS("status", EventJson.STATUS, null),
    RESOURCE("resource", EventJson.RESOURCE, TextMember.RESOURCE),
    ID("id", EventJson.EVENT_ID, null),
    SPAN("span", EventJson.SPAN_ID, TextMember.SPAN),
    PARENT("parent", EventJson.PARENT_SPAN_ID, TextMember.PARENT_SPAN),
    KEY("key", EventJson.SUBMITTED_BY, TextMember.SUBMITTED_BY),
    LATENCY("latency", EventJson.LATENCY_MS, null),
    TIME("time", "time", null),
    REDACTED("redacted", EventJson.REDACTED, null),
    META("meta", EventJson.METADATA, null),
    TEXT("text", "q", null);

    /** For messages. */
    static final String LIST = Arrays.stream(values())
            .map(key -> key == META ? "meta.NAME" : key.word)
            .collect(Collectors.joining(", "));

    private final String word;
    private final String alias;
    private final @Nullable TextMember member;

    FilterKey(String word, String alias, @Nullable TextMember member) {
        this.word = word;
        this.alias = alias;
        this.member = member;
    }

    String word() {
        return word;
    }

    /** The member that it matches as free text; null for other keys. */
    @Nullable
    TextMember member() {
        return member;
    }

    /** The key with this word or alias, or null. */
    static @Nullable FilterKey of(String word) {
        return Arrays.stream(values())
                .filter(key -> key.word.equals(word) || key.alias.equals(word))
                .findFirst()
                .orElse(null);
    }

    static FilterKey of(TextMember member) {
        return Arrays.stream(values())
                .filter(key -> key.member == member)
                .findFirst()
                .orElseThrow();
    }

    /** The words and aliases of all keys. */
    static String[] words() {
        return Arrays.stream(values())
                .flatMap(key -> Arrays.stream(new String[] {key.word, key.alias}))
                .toArray(String[]::new);
    }
}
