package dev.sentinel.audit.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Creates conditions that some of these events meet. As a parser makes them: no And directly within an And. */
public final class RandomConditions {
    private static final int MAX_TERMS = 12;

    private static final List<String> NAMES =
            List.of("0", "1", "-1", "+1", " 1", "007", "a", "n", "", "text", "$", "\"");

    private final Random random;
    private final List<AuditEvent> events;

    /** @param events may grow */
    public RandomConditions(Random random, List<AuditEvent> events) {
        this.random = random;
        this.events = events;
    }

    public Condition next() {
        return condition(3, 1 + random.nextInt(MAX_TERMS), null);
    }

    private Condition condition(int depth, int terms, @Nullable Class<?> within) {
        int kind = random.nextInt(4);
        if (kind == 0 && within != Condition.Not.class) {
            return new Condition.Not(condition(depth, terms, Condition.Not.class));
        }
        if (depth == 0 || terms < 2) {
            return leaf();
        }
        boolean all = within == Condition.Or.class || (within != Condition.And.class && kind == 1);
        Class<?> type = all ? Condition.And.class : Condition.Or.class;
        int parts = 2 + random.nextInt(Math.min(terms - 1, 3));
        List<Condition> each = IntStream.range(0, parts)
                .mapToObj(i -> condition(depth - 1, terms / parts, type))
                .toList();
        return all ? new Condition.And(each) : new Condition.Or(each);
    }

    private Condition leaf() {
        AuditEvent event = events.isEmpty() ? null : events.get(random.nextInt(events.size()));
        return switch (random.nextInt(event == null ? 4 : 14)) {
            case 0 -> new Condition.Status(oneOf(EventStatus.values()));
            case 1 -> new Condition.Actor(oneOf(ActorType.values()));
            case 2 -> new Condition.Action(oneOf(ActionType.values()));
            case 3 -> new Condition.Redacted();
            case 4 -> new Condition.Id(random.nextInt(8) == 0 ? new UUID(0, 0) : event.eventId());
            case 5 -> latency(event);
            case 6 -> time(event);
            case 7 -> new Condition.Mentions(some(random.nextBoolean() ? event.resource() : event.metadata()));
            case 8, 9, 10 -> metadata(event);
            default -> text(event);
        };
    }

    private Condition latency(AuditEvent event) {
        Integer known = event.latencyMs();
        int one = known == null || random.nextInt(4) == 0 ? random.nextInt(Integer.MAX_VALUE) : known;
        return switch (random.nextInt(4)) {
            case 0 -> new Condition.Latency(one, one);
            case 1 -> new Condition.Latency(0, one);
            case 2 -> new Condition.Latency(one, Integer.MAX_VALUE);
            default -> new Condition.Latency(one, one + random.nextInt(Integer.MAX_VALUE - one + 1));
        };
    }

    private Condition time(AuditEvent event) {
        Instant known = event.timestamp();
        Instant one = known == null ? Instant.parse("2026-11-02T08:00:30Z") : known;
        Instant later = one.plus(1, ChronoUnit.MICROS);
        if (later.isAfter(Instant.parse("9999-12-31T23:59:59.999999Z")) || random.nextInt(3) == 0) {
            return random.nextBoolean() ? new Condition.Time(one, null) : new Condition.Time(null, one);
        }
        return new Condition.Time(one, later);
    }

    private Condition text(AuditEvent event) {
        TextMember member = oneOf(TextMember.values());
        String value = member.of(event);
        return new Condition.Text(member, value == null ? TextPattern.ANY : pattern(value));
    }

    private Condition metadata(AuditEvent event) {
        List<List<String>> paths = paths(event.metadata());
        List<String> path = new ArrayList<>(
                paths.isEmpty() || random.nextInt(8) == 0
                        ? List.of(NAMES.get(random.nextInt(NAMES.size())))
                        : paths.get(random.nextInt(paths.size())));
        if (random.nextInt(8) == 0) {
            path.set(random.nextInt(path.size()), NAMES.get(random.nextInt(NAMES.size())));
        }
        while (path.stream().filter(Condition::isIndex).count() > Condition.MAX_INDEXES) {
            path.remove(path.size() - 1);
        }
        String value = new MetadataPath(path).valueIn(event.metadata());
        return new Condition.Metadata(path, value == null ? TextPattern.ANY : pattern(value));
    }

    /** The paths of all values, as another parser sees them. */
    private static List<List<String>> paths(String metadata) {
        List<List<String>> paths = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(metadata)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        || json.getParsingContext().inRoot()) {
                    continue;
                }
                List<String> path = new ArrayList<>();
                for (JsonPointer at = json.getParsingContext().pathAsPointer(); !at.matches(); at = at.tail()) {
                    path.add(at.getMatchingProperty());
                }
                if (!path.isEmpty()) {
                    paths.add(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return paths;
    }

    private TextPattern pattern(String value) {
        int count = value.codePointCount(0, value.length());
        int gaps = random.nextInt(TextPattern.MAX_GAPS + 1);
        if (gaps == 0 || count == 0) {
            return TextPattern.exactly(value);
        }
        int[] cuts = random.ints(2L * gaps, 0, count + 1).sorted().toArray();
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= gaps; i++) {
            int to = i == gaps ? count : cuts[2 * i];
            String part =
                    value.substring(value.offsetByCodePoints(0, Math.min(from, to)), value.offsetByCodePoints(0, to));
            if (i == 0 || i == gaps || !part.isEmpty()) {
                parts.add(part);
            }
            from = i == gaps ? count : cuts[2 * i + 1];
        }
        // Sometimes in a wrong order, or overlapping.
        if (random.nextInt(6) == 0) {
            parts.set(0, parts.get(parts.size() - 1));
        }
        return new TextPattern(parts);
    }

    private String some(String text) {
        int count = text.codePointCount(0, text.length());
        int from = random.nextInt(count);
        int to = from + 1 + random.nextInt(Math.min(count - from, 9));
        return text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
