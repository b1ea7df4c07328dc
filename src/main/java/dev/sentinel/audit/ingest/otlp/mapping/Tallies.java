package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.ingest.otlp.wire.Origin;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the records of one request, by producer. One thread. */
final class Tallies {
    /** Producers of one request; those of a collector with more share a tally. */
    private static final int MAX_PRODUCERS = 32;

    private static final String OTHERS = "others";
    private static final String UNREADABLE = "unreadable records";

    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private @Nullable String emitter;
    private @Nullable Origin origin;
    private @Nullable Tally last;

    /** Records of one producer follow each other. */
    Tally of(Emitter by, Origin from) {
        Tally tally = last;
        if (tally == null || !by.name().equals(emitter) || !from.equals(origin)) {
            tally = named(
                    from.scope().name().isEmpty()
                            ? by.name()
                            : by.name() + '/' + from.scope().name());
            emitter = by.name();
            origin = from;
            last = tally;
        }
        return tally;
    }

    Tally ofUnreadable() {
        return named(UNREADABLE);
    }

    private Tally named(String producer) {
        return tallies.computeIfAbsent(
                tallies.size() < MAX_PRODUCERS || tallies.containsKey(producer) ? producer : OTHERS,
                name -> new Tally());
    }

    Map<String, Counts> byProducer() {
        Map<String, Counts> counts = new LinkedHashMap<>();
        tallies.forEach((producer, tally) -> counts.put(producer, tally.counts()));
        return counts;
    }

    Counts total() {
        Collection<Counts> all = byProducer().values();
        return new Counts(
                all.stream().mapToInt(Counts::kept).sum(),
                sum(all.stream().map(Counts::ignored).toList()),
                sum(all.stream().map(Counts::rejected).toList()));
    }

    private static Map<String, Integer> sum(Collection<Map<String, Integer>> counts) {
        return counts.stream()
                .flatMap(each -> each.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum));
    }
}
