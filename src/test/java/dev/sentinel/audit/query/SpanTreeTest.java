package dev.sentinel.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where the events of a trace stand. */
final class SpanTreeTest {
    @Test
    void events_withoutSpans_stayInOrder() {
        assertThat(print("- -", "- -", "- -")).isEqualTo("0 1 2");
    }

    @Test
    void events_withParents_standWithinThem() {
        assertThat(print("a -", "b a", "c b", "d a", "- b")).isEqualTo("0(1(2 4) 3)");
    }

    @Test
    void event_beforeItsParent_standsWithinIt() {
        assertThat(print("b a", "a -", "c a")).isEqualTo("1(0 2)");
    }

    @Test
    void event_withoutItsParent_standsAtTheTop() {
        assertThat(print("b x", "- y", "c b")).isEqualTo("0(2) 1");
    }

    @Test
    void spans_equal_firstHasTheChildren() {
        assertThat(print("a -", "a -", "b a")).isEqualTo("0(2) 1");
    }

    @Test
    void cycle_firstEvent_standsAtTheTop() {
        assertThat(print("a a")).isEqualTo("0");
        assertThat(print("x c", "a b", "b c", "c a")).isEqualTo("1(3(0 2))");
    }

    @Test
    void chain_long_isNoDeeperThanTheLimit() {
        List<String> chain = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            chain.add(i + " " + (i == 0 ? "-" : String.valueOf(i - 1)));
        }
        String printed = print(chain.toArray(String[]::new));

        assertThat(depth(printed)).isEqualTo(SpanTree.MAX_DEPTH - 1);
        assertThat(printed).contains("63 64 65");
    }

    @Test
    void events_generated_standSomewhereOnce() {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            int count = 1 + random.nextInt(20);
            List<String> events = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                events.add(span(random, count) + ' ' + span(random, count));
            }
            String printed = print(events.toArray(String[]::new));

            assertThat(printed.split("[ ()]+"))
                    .as("%s: %s", events, printed)
                    .hasSize(count)
                    .doesNotHaveDuplicates();
        }
    }

    private static String span(Random random, int count) {
        int span = random.nextInt(count + 1);
        return span == count ? "-" : String.valueOf(span);
    }

    private static int depth(String printed) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < printed.length(); i++) {
            char c = printed.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    /** Each event is its span and its parent; - is none. */
    private static String print(String... events) {
        List<SpanTree.Spans> spans = new ArrayList<>();
        for (String event : events) {
            int blank = event.indexOf(' ');
            spans.add(new SpanTree.Spans(named(event.substring(0, blank)), named(event.substring(blank + 1))));
        }
        SpanTree tree = SpanTree.of(spans);
        return print(tree, tree.top());
    }

    private static @Nullable String named(String span) {
        return span.equals("-") ? null : span;
    }

    private static String print(SpanTree tree, List<Integer> events) {
        StringBuilder text = new StringBuilder();
        for (int event : events) {
            text.append(text.isEmpty() ? "" : " ").append(event);
            if (!tree.within(event).isEmpty()) {
                text.append('(').append(print(tree, tree.within(event))).append(')');
            }
        }
        return text.toString();
    }
}
