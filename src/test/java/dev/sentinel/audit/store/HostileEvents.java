package dev.sentinel.audit.store;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.Links;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates valid events that are difficult for a store, equal and different retries of them, and searches that find
 * some. The seed determines everything. Few different values, so that they collide.
 */
final class HostileEvents {
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private static final List<String> TEXTS = List.of(
            "agent-1",
            "agent-10",
            "Agent-1",
            "AGENT-1",
            "agent-1" + LAST,
            "agent-1" + LAST + "z",
            "agent%",
            "agent_1",
            "agent\\",
            "agent\\_1",
            "agent'1",
            "' OR 1=1 --",
            "\"agent\"",
            "$1",
            "{a,\"b\",NULL}",
            "NULL",
            " ",
            " agent-1",
            "agent-1 ",
            "a\tb\nc\r",
            "\u0001\u001f\u007f",
            "\u00e9t\u00e9",
            "\u00c9T\u00c9",
            "e\u0301te\u0301",
            "\u0301",
            "\u0130\u0131",
            "\u03c3\u03c2\u03a3",
            // After the next one in UTF-16, before it in UTF-8.
            "\ufffd",
            "\ud83e\udd16",
            "\uffff",
            "\u2028",
            LAST,
            LAST.repeat(255),
            "\ud83e\udd16".repeat(255),
            "z".repeat(255));

    private static final List<String> LONG_TEXTS =
            List.of("\ud83e\udd16".repeat(1024), "%_\\".repeat(341), "x".repeat(1023) + "\u00e9", "x".repeat(1024));

    /** Groups of equivalent texts. */
    private static final List<List<String>> METADATA = List.of(
            List.of("{}"),
            List.of("{\"n\":1e400}", "{\"n\":10E+399}", "{\"n\":0.1e401}"),
            List.of("{\"n\":-0}", "{\"n\":0}", "{\"n\":0.0e9}"),
            List.of("{\"n\":1.0,\"m\":null}", "{\"m\":null,\"n\":1}", "{\"n\":100e-2,\"m\":null}"),
            List.of("{\"n\":12345678901234567890.1234567890}", "{\"n\":12345678901234567890.123456789}"),
            List.of("{\"b\":{\"z\":[1,{\"y\":2,\"x\":3}]},\"a\":1}", "{\"a\":1,\"b\":{\"z\":[1,{\"x\":3,\"y\":2}]}}"),
            List.of("{\"Text\":\"100%_of \\\\ \\\"it\\\" \\u0001 \u00c9T\u00c9 e\u0301 \ud83e\udd16\"}"),
            List.of("{\"text\":\"100%_OF \\\\ \\\"IT\\\" \\u0001 \u00e9t\u00e9 e\u0301 \ud83e\udd16\"}"),
            List.of("{\"\":\"\",\"\\t\":\"\u2028\",\"'\":\"''\"}"),
            List.of("{\"a\":".repeat(31) + "[]" + "}".repeat(31)),
            // Names that look like indexes, paths and escapes.
            List.of("{\"0\":[[\"x\",{\"0\":\"y\"}],1.0,-0,1e400,null,true,\"null\"],\"1\":{\"0\":{\"1\":2}}}"),
            List.of("{\"-1\":[\"a\",\"b\"],\"+1\":1,\" 1\":2,\"007\":[3,4],\"99999999999\":{\"-1\":[5]}}"),
            List.of("{\"a\":{\"-1\":[\"a\",[\"-1\",{\"0\":\"\\n\\\\n\"}]]},\"$\":{\"[0]\":1,\"a.b\":\"\"}}"),
            List.of("{\"\\\"a\\\\\":{\"\":{\"\\u0001\":\"\ud83e\udd16\\u001f\\\"\"}},\"#>\":[[],{},[{}]]}"));

    private static final List<Instant> TIMES = Stream.of(
                    "0000-01-01T00:00:00Z",
                    "0000-12-31T23:59:59.999999Z",
                    "0001-01-01T00:00:00Z",
                    "1969-12-31T23:59:59.999999Z",
                    "1970-01-01T00:00:00Z",
                    "1999-12-31T23:59:59.999999Z",
                    "2000-01-01T00:00:00Z",
                    "2026-11-02T08:00:00Z",
                    "2026-11-02T08:00:00.000001Z",
                    "2026-11-02T08:00:59.999999Z",
                    // Around a day after the first events are received.
                    "2026-11-03T08:00:30Z",
                    "2026-11-03T08:00:30.000001Z",
                    "2026-11-03T08:00:31Z",
                    "2026-11-03T23:00:00Z",
                    "2026-11-05T08:00:00Z",
                    "9999-12-31T23:59:59.999999Z")
            .map(Instant::parse)
            .toList();

    private final Random random;
    private final RandomEvents others;
    private final List<AuditEvent> made = new ArrayList<>();
    private final RandomConditions conditions;
    private final boolean heavy;

    HostileEvents(long seed) {
        random = new Random(seed);
        others = new RandomEvents(seed);
        conditions = new RandomConditions(random, made);
        heavy = random.nextInt(4) == 0;
    }

    /** Some new events, some retries, and some different events with known ids. */
    List<AuditEvent> batch(int size) {
        List<AuditEvent> batch = new ArrayList<>();
        while (batch.size() < size) {
            int kind = made.isEmpty() ? 0 : random.nextInt(10);
            batch.add(
                    switch (kind) {
                        case 7 -> oneOf(made);
                        case 8 -> again(oneOf(made));
                        case 9 -> other(oneOf(made));
                        default -> next();
                    });
        }
        return batch;
    }

    /** The ids of all created events, and some unknown ones. */
    List<UUID> ids() {
        return Stream.concat(made.stream().map(AuditEvent::eventId), Stream.of(new UUID(0, 0), new UUID(-1, -1)))
                .toList();
    }

    String agent() {
        return made.isEmpty() || random.nextInt(10) == 0
                ? oneOf(TEXTS)
                : oneOf(made).agentInstanceId();
    }

    String trace() {
        return made.isEmpty() || random.nextInt(10) == 0
                ? oneOf(TEXTS)
                : oneOf(made).traceId();
    }

    String session() {
        return link(Links::sessionId);
    }

    private String principal() {
        return link(Links::onBehalfOf);
    }

    private String link(Function<Links, @Nullable String> link) {
        List<String> known = made.stream()
                .map(event -> link.apply(event.links()))
                .filter(Objects::nonNull)
                .toList();
        return known.isEmpty() || random.nextInt(10) == 0 ? oneOf(TEXTS) : oneOf(known);
    }

    /** A prefix of an agent's id, perhaps the whole id, or empty. */
    String agentPrefix() {
        return random.nextInt(8) == 0 ? "" : prefix(agent());
    }

    /** A prefix of at least one character. */
    private String prefix(String text) {
        return text.substring(0, text.offsetByCodePoints(0, 1 + random.nextInt(text.codePointCount(0, text.length()))));
    }

    /** A search with some filters. */
    EventQuery query() {
        EventFilter filter =
                EventFilter.ALL.with(plain -> plain.agentPrefix(random.nextInt(5) == 0 ? agentPrefix() : "")
                        .agentInstanceIds(some(4, this::agent))
                        .traceIds(some(5, this::trace))
                        .sessionIds(some(6, this::session))
                        .onBehalfOf(some(6, this::principal))
                        .actors(some(5, () -> oneOf(ActorType.values())))
                        .actionTypes(some(5, () -> oneOf(ActionType.values())))
                        .statuses(some(4, () -> oneOf(EventStatus.values())))
                        .resources(some(5, this::resource))
                        .resourcePrefixes(some(5, () -> prefix(resource())))
                        .texts(some(4, this::partOfText))
                        .from(random.nextInt(4) == 0 ? time() : null)
                        .to(random.nextInt(4) == 0 ? time() : null)
                        .condition(random.nextInt(3) == 0 ? conditions.next() : null));
        return EventQuery.of(
                filter, oneOf(EventQuery.Order.values()), made.size() / 20 + oneOf(List.of(1, 5, 100, 980)));
    }

    /** A list of traces with some filters. */
    TraceQuery traceQuery() {
        return new TraceQuery(
                random.nextInt(3) == 0 ? agentPrefix() : "",
                some(4, this::agent),
                some(4, this::session),
                some(3, () -> oneOf(EventStatus.values())),
                random.nextInt(4) == 0 ? time() : null,
                random.nextInt(4) == 0 ? time() : null,
                null,
                1 + random.nextInt(20));
    }

    /** A search with nothing but a condition. */
    EventQuery conditional() {
        return EventQuery.of(
                EventFilter.ALL.with(filter -> filter.condition(conditions.next())),
                oneOf(EventQuery.Order.values()),
                made.size() / 20 + 10);
    }

    /** A statistics query for some span, sometimes for one agent or a prefix. */
    StatsQuery stats() {
        Instant one = within(time());
        Instant other = random.nextBoolean() ? within(time()) : one.plusSeconds(1L << random.nextInt(28));
        Instant from = one.isBefore(other) ? one : other;
        Instant to = one.isBefore(other) ? other : one;
        Instant end = to.isAfter(from.plus(StatsQuery.MAX_SPAN)) ? from.plus(StatsQuery.MAX_SPAN) : to;
        return StatsQuery.covering(
                from,
                end,
                random.nextInt(4) == 0 ? agentPrefix() : "",
                random.nextInt(4) == 0 ? agent() : null,
                1 + random.nextInt(100));
    }

    private static Instant within(Instant time) {
        Instant earliest = Instant.parse("0001-01-01T00:00:00Z");
        Instant latest = Instant.parse("9990-01-01T00:00:00Z");
        return time.isBefore(earliest) ? earliest : time.isAfter(latest) ? latest : time;
    }

    private <T> Set<T> some(int rarity, Supplier<T> value) {
        return random.nextInt(rarity) > 0
                ? Set.of()
                : IntStream.rangeClosed(0, random.nextInt(4))
                        .mapToObj(i -> value.get())
                        .collect(Collectors.toSet());
    }

    private AuditEvent next() {
        AuditEvent.Builder event = AuditEvent.builder()
                .eventId(new UUID(random.nextLong(), random.nextLong()))
                .timestamp(timestamp())
                .agentInstanceId(oneOf(TEXTS))
                .traceId(oneOf(TEXTS))
                .actor(oneOf(ActorType.values()))
                .actionType(oneOf(ActionType.values()))
                .resource(random.nextInt(4) == 0 ? oneOf(LONG_TEXTS) : oneOf(TEXTS))
                .status(random.nextBoolean() ? EventStatus.SUCCESS : oneOf(EventStatus.values()))
                .latencyMs(random.nextInt(3) == 0 ? null : random.nextInt() >>> 1)
                .metadata(metadata());
        if (random.nextInt(3) == 0) {
            event.spanId(random.nextBoolean() ? "span-" + random.nextInt(9) : null)
                    .parentSpanId(random.nextBoolean() ? "span-" + random.nextInt(9) : null)
                    .sessionId(random.nextBoolean() ? oneOf(TEXTS) : null)
                    .onBehalfOf(random.nextInt(3) == 0 ? oneOf(TEXTS) : null);
        }
        if (random.nextInt(5) == 0) {
            event.redacted(
                            random.nextBoolean()
                                    ? "{\"rules\":\"1-full\",\"count\":1,\"pointers\":[\"/metadata/\\u0001~1\"]}"
                                    : null)
                    .submittedBy(random.nextBoolean() ? "k7f3" : null);
        }
        AuditEvent built = event.build();
        made.add(built);
        return built;
    }

    private @Nullable Instant timestamp() {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> others.sample().event().timestamp();
            default -> oneOf(TIMES);
        };
    }

    private String metadata() {
        if (heavy && random.nextInt(3) == 0) {
            return "{\"large\":\"" + "\ud83e\udd16 Large ".repeat(4_000) + "\"}";
        }
        return random.nextInt(3) == 0 ? others.sample().event().metadata() : oneOf(oneOf(METADATA));
    }

    /** The same event in another spelling, as an updated client may send it. */
    private AuditEvent again(AuditEvent e) {
        String metadata = METADATA.stream()
                .filter(group -> group.contains(e.metadata()))
                .map(this::oneOf)
                .findFirst()
                .orElse(e.metadata());
        return asSent(e)
                .timestamp(random.nextInt(4) == 0 ? null : e.timestamp())
                .metadata(metadata)
                .build();
    }

    /** A different event with the same id: one field differs. */
    private AuditEvent other(AuditEvent e) {
        AuditEvent.Builder other = asSent(e);
        switch (random.nextInt(7)) {
            case 0 -> other.timestamp(oneOf(TIMES));
            case 5 -> other.sessionId(oneOf(TEXTS));
            case 6 -> other.links(Links.NONE);
            case 1 -> other.agentInstanceId(oneOf(TEXTS));
            case 2 -> other.resource(oneOf(TEXTS));
            case 3 -> other.latencyMs(null);
            default -> other.metadata(oneOf(oneOf(METADATA)));
        }
        return other.build();
    }

    /** Without what the server has added. */
    private static AuditEvent.Builder asSent(AuditEvent event) {
        return event.toBuilder().redacted(null).submittedBy(null);
    }

    private String resource() {
        return made.isEmpty() || random.nextInt(10) == 0
                ? oneOf(TEXTS)
                : oneOf(made).resource();
    }

    /** A search text: a part of a text of an event, in another case. */
    private String partOfText() {
        AuditEvent event = made.isEmpty() ? next() : oneOf(made);
        String text = random.nextBoolean() ? event.resource() : event.metadata();
        int count = text.codePointCount(0, text.length());
        int from = random.nextInt(count);
        int to = from + 1 + random.nextInt(Math.min(count - from, 9));
        String part = text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to));
        return random.nextBoolean()
                ? part
                : part.codePoints()
                        .map(c -> random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c))
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private Instant time() {
        return made.isEmpty() || random.nextBoolean()
                ? oneOf(TIMES)
                : Stream.ofNullable(oneOf(made).timestamp()).findFirst().orElse(Instant.parse("2026-11-02T08:00:00Z"));
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
