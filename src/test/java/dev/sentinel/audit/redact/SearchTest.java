package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What a search remembers of other values of a text changes nothing of what it finds. */
class SearchTest {
    private static final int QUESTIONS = 300;

    private final Search strings = Search.of("aab");
    private final Search characters = Search.of(Chars.tableOf("b"));
    private final Search marks = new Search(Chars.tableOf("ab"), 3, SearchTest::isMark);

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void next_anyQuestions_answersLikeOneWithoutMemory(@ForAll long seed) {
        Random random = new Random(seed);
        char[] text = text(random);
        strings.begin();
        characters.begin();
        marks.begin();
        int near = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            near = random.nextInt(4) == 0 ? random.nextInt(text.length) : near;
            int from = Math.max(0, Math.min(text.length, near + random.nextInt(200) - 100));
            int to = from + random.nextInt(Math.min(text.length - from, random.nextBoolean() ? 20 : 600) + 1);
            assertThat(characters.next(text, from, to)).isEqualTo(first(text, from, to, SearchTest::isLast));
            assertThat(strings.next(text, from, to)).isEqualTo(first(text, from, to, SearchTest::isString));
            assertThat(marks.next(text, from, to)).isEqualTo(first(text, from, to, SearchTest::isMark));
        }
    }

    /** Of three letters, one of which is rare, so that marks are; longer than what is remembered. */
    private static char[] text(Random random) {
        char[] text = new char[1 + random.nextInt(12_000)];
        int rare = 2 + random.nextInt(300);
        for (int i = 0; i < text.length; i++) {
            text[i] = random.nextInt(rare) == 0 ? 'b' : random.nextInt(3) == 0 ? 'c' : 'a';
        }
        return text;
    }

    private static boolean isLast(char[] text, int at, int to) {
        return text[at] == 'b';
    }

    private static boolean isString(char[] text, int at, int to) {
        return Chars.startsWith(text, at, to, "aab");
    }

    /** One of two lengths. */
    private static boolean isMark(char[] text, int at, int to) {
        return Chars.startsWith(text, at, to, "bb") || Chars.startsWith(text, at, to, "acb");
    }

    private static int first(char[] text, int from, int to, Search.Mark mark) {
        int i = from;
        while (i < to && !mark.isAt(text, i, to)) {
            i++;
        }
        return i;
    }
}
