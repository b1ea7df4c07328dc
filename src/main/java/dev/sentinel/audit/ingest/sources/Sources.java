package dev.sentinel.audit.ingest.sources;

import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the producers that were seen last, and what went wrong last. Any thread. A producer that was not seen for
 * the longest time makes place for a new one.
 */
public final class Sources {
    static final int MAX_SOURCES = 500;
    static final int MAX_TROUBLES = 50;

    /** Characters of a name that a client chooses. */
    private static final int MAX_NAME = 100;

    /** Characters of it that are read. */
    private static final int MAX_SENT = 400;

    private final Clock clock;
    private final Redactor redactor;
    private final Instant since;

    // This object's lock guards everything below, and the redactor.
    private final Map<Origin, Source> sources = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Trouble, Trouble.View> troubles = new LinkedHashMap<>();
    private long forgotten;

    /**
     * Knows nobody yet.
     *
     * @param rules by which names that clients choose are redacted
     */
    public Sources(Clock clock, RedactionRules rules) {
        this.clock = clock;
        this.redactor = new Redactor(rules, kind -> {});
        this.since = clock.instant();
    }

    /**
     * Everything that is known at one moment.
     *
     * @param since the start of the server
     * @param forgotten sources that made place for others
     * @param sources the one that was seen last first
     * @param troubles likewise
     */
    record View(Instant since, long forgotten, List<Source.View> sources, List<Trouble.View> troubles) {}

    /** Adds what became of the records of a producer in one request. */
    public synchronized void seen(Origin origin, Arrival arrival) {
        Instant now = clock.instant();
        Origin key = new Origin(origin.keyId(), origin.protocol(), cut(origin.producer()));
        sources.computeIfAbsent(key, unseen -> new Source(name(key.producer()), now))
                .add(arrival, now);
        if (sources.size() > MAX_SOURCES) {
            sources.remove(sources.keySet().iterator().next());
            forgotten++;
        }
    }

    /**
     * Adds something that went wrong.
     *
     * @param keyId null if the client is not known
     * @param producer its user agent; null if it sends none
     * @param status of the answer; 0 if there is none
     * @param detail a sentence without anything that the client sent
     */
    public synchronized void failed(
            @Nullable String keyId, String address, @Nullable String producer, int status, String detail) {
        Instant now = clock.instant();
        Trouble trouble = new Trouble(keyId, address, name(producer == null ? "" : producer), status, detail);
        Trouble.View before = troubles.remove(trouble);
        troubles.put(
                trouble,
                before == null
                        ? new Trouble.View(trouble, now, now, 1)
                        : new Trouble.View(trouble, before.firstSeen(), now, before.count() + 1));
        if (troubles.size() > MAX_TROUBLES) {
            troubles.remove(troubles.keySet().iterator().next());
        }
    }

    private static String cut(String sent) {
        return sent.length() <= MAX_SENT ? sent : sent.substring(0, MAX_SENT);
    }

    private String name(String sent) {
        String cut = cut(sent);
        String clean = redactor.clean(cut);
        String text = clean == null ? cut : clean;
        return text.codePointCount(0, text.length()) <= MAX_NAME
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_NAME - 1)) + '…';
    }

    synchronized View view() {
        List<Source.View> seen = new ArrayList<>();
        sources.forEach((origin, source) -> seen.add(source.view(origin)));
        List<Trouble.View> failed = new ArrayList<>(troubles.values());
        Collections.reverse(seen);
        Collections.reverse(failed);
        return new View(since, forgotten, seen, failed);
    }
}
