package dev.sentinel.audit.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.RandomEvents;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.Condition;
import dev.sentinel.audit.store.EventFilter;
import dev.sentinel.audit.store.RandomConditions;
import dev.sentinel.audit.store.TextMember;
import dev.sentinel.audit.store.TextPattern;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter language as the server reads it. */
final class FilterTermsTest {
    private static final int CONDITIONS = 20_000;

    /** The second column is how the server prints what it has read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "agent:a                       | agent:a",
                "  agent:a   status:error      | agent:a status:error",
                "agent_instance_id:a trace_id:b session_id:c on_behalf_of:d | agent:a trace:b session:c for:d",
                "action_type:db_query actor:human | action:db_query actor:human",
                "event_id:7D444840-9dc0-4bd1-b245-5ffdce74fad2 | id:7d444840-9dc0-4bd1-b245-5ffdce74fad2",
                "span:1 parent:2 key:k         | span:1 parent:2 key:k",
                "a OR b                        | \"a\" OR \"b\"",
                "visa refused                  | \"visa\" \"refused\"",
                "\"visa refused\" q:now text:x | \"visa refused\" \"now\" \"x\"",
                "(a OR b) (c OR d)             | (\"a\" OR \"b\") (\"c\" OR \"d\")",
                "((a)) (b c)                   | \"a\" \"b\" \"c\"",
                "a OR (b OR c)                 | \"a\" OR \"b\" OR \"c\"",
                "a OR (b c)                    | \"a\" OR (\"b\" \"c\")",
                "-a                            | -\"a\"",
                "--a                           | \"a\"",
                "-(-a)                         | \"a\"",
                "-(status:error agent:a)       | -(status:error agent:a)",
                "-status:error                 | -status:error",
                "a-b or                        | \"a-b\" \"or\"",
                "ORDER ANDROID                 | \"ORDER\" \"ANDROID\"",
                "\"OR\"                        | \"OR\"",
                "resource:OR                   | resource:OR",
                "resource:book_*               | resource:book_*",
                "resource:\"SELECT *\"         | resource:\"SELECT *\"",
                "resource:\"SELECT a\"*        | resource:\"SELECT a\"*",
                "resource:a\" \"b              | resource:\"a b\"",
                "resource:*a***b*              | resource:*a*b*",
                "resource:*\"\"*               | resource:*",
                "resource:**                   | resource:*",
                "resource:\"a\\\\b\\\"c\"      | resource:\"a\\\\b\\\"c\"",
                "resource:C:\\Temp             | resource:C:\\Temp",
                "resource:https://example.com/ | resource:https://example.com/",
                "session:* -for:*              | session:* -for:*",
                "meta.a:b                      | meta.a:b",
                "metadata.a.b-c_d.0:b*         | meta.a.b-c_d.0:b*",
                "meta.\"a.b\".\"c d\":x        | meta.\"a.b\".\"c d\":x",
                "meta.\"\":\"\"                | meta.\"\":\"\"",
                "meta.größe:1                  | meta.\"größe\":1",
                "meta.a:1.0                    | meta.a:1.0",
                "latency:5                     | latency:5..5",
                "latency_ms:>5                 | latency:>=6",
                "latency:>=5                   | latency:>=5",
                "latency:<5                    | latency:0..4",
                "latency:<=5                   | latency:0..5",
                "latency:5..7                  | latency:5..7",
                "latency:*                     | latency:>=0",
                "time:2026-11-02T08:00:00Z     | time:2026-11-02T08:00:00.000000Z..2026-11-02T08:00:00.000001Z",
                "time:>=2026-11-02T08:00:00Z   | time:>=2026-11-02T08:00:00.000000Z",
                "time:>2026-11-02T08:00:00Z    | time:>=2026-11-02T08:00:00.000001Z",
                "time:<2026-11-02T08:00:00Z    | time:<2026-11-02T08:00:00.000000Z",
                "time:<=2026-11-02T08:00:00Z   | time:<2026-11-02T08:00:00.000001Z",
                "time:2026-11-02T08:00:00+01:00..2026-11-02T08:00:00Z |"
                        + " time:2026-11-02T07:00:00.000000Z..2026-11-02T08:00:00.000000Z",
                "time:\"2026-11-02 08:00:00Z\" | time:2026-11-02T08:00:00.000000Z..2026-11-02T08:00:00.000001Z",
                "redacted:yes                  | redacted:yes",
                "redacted:no                   | -redacted:yes",
                "-redacted:no                  | redacted:yes",
                "status:error OR status:denied | status:error OR status:denied",
            })
    void filter_valid_isReadAs(String filter, String printed) throws MalformedFilterException {
        assertThat(FilterLanguage.print(FilterLanguage.parse(filter))).isEqualTo(printed);
    }

    /** The first number is the column. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "status:deneid        | 8  | must be one of success, error, pending, denied; did you mean denied?",
                "a status:Error       | 10 | did you mean error?",
                "status:zebra         | 8  | the value of status must be one of success, error, pending, denied",
                "actor:robot          | 7  | must be one of agent, human, system",
                "action:db_qurey      | 8  | did you mean db_query?",
                "redacted:true        | 10 | must be one of yes, no",
                "statsu:error         | 1  | \"statsu\" is not a key; did you mean status? Keys are agent, trace,",
                "a https://b.c        | 3  | \"https\" is not a key. Keys are",
                "10:30                | 1  | \"10\" is not a key.",
                "tool.name:x          | 1  | a text with a colon must be in double quotes; keys are agent,",
                "ü:x                  | 1  | a text with a colon must be in double quotes",
                "😀 x:y               | 3  | is not a key",
                "status:              | 8  | the value of status is missing",
                "resource:\"\"        | 10 | the value of resource is empty",
                "\"\"                 | 1  | the value of text is empty",
                "id:7                 | 4  | an id is a UUID, such as",
                "id:*                 | 4  | an id is a UUID, such as",
                "^ ^                  | 2  | a term is missing here",
                "a OR                 | 5  | a term must follow OR",
                "OR a                 | 1  | a term is missing here",
                "a OR OR b            | 6  | a term must follow OR",
                "a b OR c             | 5  | OR beside other terms needs parentheses: a (b OR c)",
                "a OR b c             | 8  | OR beside other terms needs parentheses",
                "a AND b              | 3  | terms side by side must all match; leave out AND",
                "NOT a                | 1  | write - before a term for not",
                "- a                  | 2  | a term must follow -, without a space",
                "a -                  | 4  | a term must follow -, without a space",
                "(a                   | 1  | this parenthesis is not closed",
                "a)                   | 2  | this parenthesis closes nothing",
                "()                   | 2  | a term is missing here",
                "a(b)                 | 2  | a value with a parenthesis must be in double quotes",
                "(a)(b)               | 4  | a space is missing before the parenthesis",
                "resource:f(x)        | 11 | a value with a parenthesis must be in double quotes",
                "resource:\"a         | 10 | the closing quote is missing",
                "\"a\\                | 4  | in quotes, a backslash escapes only a quote or a backslash",
                "\"C:\\Temp\"         | 5  | write \\\\ for one",
                "resource:*a*b*c*     | 10 | a value has at most 3 *",
                "invoice*             | 1  | so leave out the *, or put it in double quotes",
                "meta:x               | 5  | metadata is searched by name: meta.NAME:VALUE",
                "meta.a               | 7  | metadata is searched by name",
                "meta.:x              | 6  | a name is missing",
                "meta.a..b:x          | 8  | a name is missing",
                "meta.a:              | 8  | the value is missing; write \"\" for an empty text, or * for any",
                "meta.0.1.2.3:x       | 5  | a path has at most 3 numbers",
                "latency:             | 9  | the value of latency is missing",
                "latency:x            | 9  | a latency is a whole number of milliseconds, 0 to 2147483647",
                "latency:>            | 9  | a latency is a whole number",
                "latency:1..          | 9  | a latency is a whole number",
                "latency:-1           | 9  | a latency is a whole number",
                "latency:2147483648   | 9  | a latency is a whole number",
                "latency:>2147483647  | 9  | no latency is in this range",
                "latency:<0           | 9  | no latency is in this range",
                "latency:9..8         | 9  | no latency is in this range",
                "time:yesterday       | 6  | a time is written as 2026-01-31T13:45:00Z",
                "time:*               | 6  | a time is written as",
                "time:2026-11-02T08:00:00 01:00 | 26 | in a URL, a + is sent as %2B",
                "time:2026-11-02T08:00:00Z..2026-11-02T08:00:00Z | 6 | no time is in this range: its end is excluded",
                "time:>9999-12-31T23:59:59.999999Z | 6 | no time is later than that",
                "status:error status:denied | 14 | write OR between them if either may match",
                "agent:a x agent:b    | 11 | no event has this value and the one before",
                "meta.a:1 meta.a:2    | 10 | no event has this value and the one before",
            })
    void filter_invalid_isRefused(String filter, int column, String message) {
        assertThatThrownBy(() -> FilterLanguage.parse(filter))
                .isInstanceOf(MalformedFilterException.class)
                .hasMessageStartingWith("column " + column + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void filter_tooLarge_isRefused() throws MalformedFilterException {
        assertRefused("agent:a ".repeat(31), "column 241: a filter has at most 30 terms");
        FilterLanguage.parse("agent:a ".repeat(30));
        assertRefused("a ".repeat(11), "column 21: at most 10 terms may search texts, metadata or for *");
        FilterLanguage.parse("a meta.a:b agent:a*b ".repeat(3) + "a agent:* session:*");
        assertRefused("(".repeat(11) + "a" + ")".repeat(11), "parentheses may nest at most 10 deep");
        FilterLanguage.parse("(".repeat(10) + "a" + ")".repeat(10));
        assertRefused("meta" + ".a".repeat(33) + ":x", "a path has at most 32 names");
        FilterLanguage.parse("meta" + ".a".repeat(32) + ":x");
    }

    private static void assertRefused(String filter, String message) {
        assertThatThrownBy(() -> FilterLanguage.parse(filter))
                .isInstanceOf(MalformedFilterException.class)
                .hasMessageContaining(message);
    }

    /** Cursors belong to the printed condition, so different conditions are printed differently. */
    @Test
    void condition_printed_isReadBack() throws MalformedFilterException {
        long seed = new Random().nextInt(1_000_000);
        RandomEvents random = new RandomEvents(seed);
        List<AuditEvent> events =
                Stream.generate(() -> random.sample().event()).limit(200).toList();
        RandomConditions conditions = new RandomConditions(new Random(seed), events);
        for (int i = 0; i < CONDITIONS; i++) {
            Condition condition = conditions.next();
            String printed = FilterLanguage.print(condition);
            if (terms(condition) > FilterLanguage.MAX_TERMS || condition.textReads() > FilterLanguage.MAX_TEXT_TERMS) {
                continue;
            }
            Condition read = withoutContradictions(printed);
            assertThat(read == null ? condition : read)
                    .as("seed %d: %s", seed, printed)
                    .isEqualTo(condition);
        }
    }

    /** Null for a condition that no event can meet. */
    private static Condition withoutContradictions(String printed) throws MalformedFilterException {
        try {
            return FilterLanguage.parse(printed);
        } catch (MalformedFilterException e) {
            if (e.getMessage().contains("no event has this value")) {
                return null;
            }
            throw new AssertionError(printed, e);
        }
    }

    private static int terms(Condition condition) {
        if (condition instanceof Condition.And and) {
            return and.all().stream().mapToInt(FilterTermsTest::terms).sum();
        }
        if (condition instanceof Condition.Or or) {
            return or.any().stream().mapToInt(FilterTermsTest::terms).sum();
        }
        return condition instanceof Condition.Not not ? terms(not.negated()) : 1;
    }

    @Test
    void terms_plain_becomeTheOtherParameters() throws MalformedFilterException {
        EventFilter filter = PlainTerms.narrowed(
                EventFilter.ALL.with(plain -> plain.from(Instant.parse("2026-11-02T08:00:00Z"))),
                FilterLanguage.parse("agent:a (trace:t OR trace:u) session:s for:p resource:r -status:success"
                        + " time:>=2026-11-02T07:00:00Z time:<2026-11-03T00:00:00Z latency:>5"));

        assertThat(filter)
                .isEqualTo(EventFilter.ALL.with(expected -> expected.agentInstanceIds(Set.of("a"))
                        .traceIds(Set.of("t", "u"))
                        .sessionIds(Set.of("s"))
                        .onBehalfOf(Set.of("p"))
                        .resources(Set.of("r"))
                        .statuses(Set.of(EventStatus.ERROR, EventStatus.PENDING, EventStatus.DENIED))
                        .from(Instant.parse("2026-11-02T08:00:00Z"))
                        .to(Instant.parse("2026-11-03T00:00:00Z"))
                        .condition(new Condition.Latency(6, Integer.MAX_VALUE))));
    }

    /** A set that became empty would be no condition at all. */
    @Test
    void terms_thatExcludeTheOtherParameters_stayConditions() throws MalformedFilterException {
        EventFilter plain = EventFilter.ALL.with(filter -> filter.agentInstanceIds(Set.of("b")));
        EventFilter filter = PlainTerms.narrowed(plain, FilterLanguage.parse("agent:a"));

        assertThat(filter)
                .isEqualTo(plain.with(expected ->
                        expected.condition(new Condition.Text(TextMember.AGENT, TextPattern.exactly("a")))));
    }

    @Test
    void terms_withPrefixesOfResources_stayConditions() throws MalformedFilterException {
        EventFilter plain = EventFilter.ALL.with(filter -> filter.resourcePrefixes(Set.of("b")));

        assertThat(PlainTerms.narrowed(plain, FilterLanguage.parse("resource:a"))
                        .resources())
                .isEmpty();
    }
}
