package dev.sentinel.audit.redact;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a name is that of a secret. {@code names.tsv} has the words and explains them. The rest of a name
 * matters as much as the word that makes it secret. A stranger may write a new name at every sign, so a decision
 * creates few objects. Any thread.
 */
final class SecretNames {
    private static final List<String> SECRET = RuleFiles.ordered("secret");
    private static final List<String> NUMERIC = RuleFiles.ordered("numeric");
    private static final List<String> FINAL = RuleFiles.ordered("final");
    private static final List<String> WHOLE = RuleFiles.ordered("whole");
    private static final List<String> UNSURE = RuleFiles.ordered("unsure");
    private static final WordSet SECRET_WORDS = new WordSet(SECRET);
    private static final WordSet KEYED = WordSet.of("keyed");
    private static final WordSet BEFORE = WordSet.of("before");
    private static final WordSet ABOUT = WordSet.of("about");
    private static final WordSet LAST = WordSet.of("last");
    private static final WordSet HARMLESS = WordSet.of("harmless");
    private static final WordSet CARD = WordSet.of("card");

    private static final TermSet STEMS = new TermSet(Stream.of(SECRET, NUMERIC, FINAL, List.of("key"))
            .flatMap(List::stream)
            .toList());
    private static final TermSet SECRET_TERMS = new TermSet(SECRET);
    private static final TermSet NUMERIC_TERMS = new TermSet(NUMERIC);

    private static final String SEVERAL = "tokens";
    private static final String KEY = "key";
    private static final String[] ENDS =
            Stream.concat(FINAL.stream(), Stream.of(SEVERAL, KEY)).toArray(String[]::new);
    private static final boolean[] LAST_LETTERS = Chars.tableOf(
            Stream.of(ENDS).map(end -> end.substring(end.length() - 1)).collect(Collectors.joining()));

    private final Terms stems;
    /** What decides wherever it is in a name. A name without one is a secret's only because of its end. */
    private final Terms decisive;

    private final TermSet more;
    private final WordSet kept;
    private final FoldedLetters letters;
    private final NameCache cache = new NameCache();

    /**
     * The built-in words and these.
     *
     * @param more terms that make a name secret wherever they occur in it
     * @param kept whole names that are never secret
     */
    SecretNames(Collection<String> more, Collection<String> kept) {
        List<String> terms = more.stream().map(SecretNames::folded).toList();
        this.more = new TermSet(terms);
        this.letters = new FoldedLetters(SECRET_TERMS.letters() + this.more.letters());
        this.kept =
                new WordSet(kept.stream().map(SecretNames::folded).distinct().toList());
        this.stems = new Terms(Stream.of(SECRET.stream(), FINAL.stream(), Stream.of(KEY), terms.stream())
                .flatMap(all -> all)
                .filter(Terms::isAscii)
                .toList());
        this.decisive = new Terms(Stream.of(SECRET, NUMERIC, RuleFiles.ordered("harmless"), terms)
                .flatMap(List::stream)
                .filter(Terms::isAscii)
                .toList());
    }

    /** A name as it is compared. */
    static String folded(String name) {
        return FoldedLetters.folded(name);
    }

    /** The end of a name in a text, as names are compared. */
    FoldedEnd endOf(char[] text, int from, int to) {
        return new FoldedEnd(letters, text, from, to);
    }

    /** The secrecy that a name implies. */
    NameSecrecy secrecy(char[] text, int from, int to) {
        if (!mayHaveTerm(text, from, to)) {
            return NameSecrecy.NONE;
        }
        NameSecrecy known = cache.get(text, from, to);
        if (known == null) {
            known = decide(text, from, to);
            cache.put(text, from, to, known);
        }
        return known;
    }

    NameSecrecy secrecy(String name) {
        return secrecy(name.toCharArray(), 0, name.length());
    }

    private boolean mayHaveTerm(char[] text, int from, int to) {
        int found = stems.find(text, from, to);
        return found == Terms.SOME || (found == Terms.OTHER && !letters.areForeign(text, from, to));
    }

    private NameSecrecy decide(char[] text, int from, int to) {
        if (saysNothing(text, from, to)) {
            return NameSecrecy.NONE;
        }
        if (Terms.isAscii(text, from, to)) {
            NameWords words = new NameWords(text, from, to);
            return decide(words, words.letters(), words.length());
        }
        char[] name = letters.composed(text, from, to);
        if (!mayHaveTerm(name, 0, name.length) || saysNothing(name, 0, name.length)) {
            return NameSecrecy.NONE;
        }
        char[] whole = letters.foldedOfComposed(name);
        if (!mayHaveTerm(whole, 0, whole.length)) {
            return NameSecrecy.NONE;
        }
        return decide(new NameWords(name, 0, name.length), whole, whole.length);
    }

    /** Whether a name with a stem has it where it does not matter, as in {@code tokens_per_second}. Most do. */
    private boolean saysNothing(char[] text, int from, int to) {
        int found = decisive.find(text, from, to);
        return found != Terms.SOME
                && (found == Terms.NONE || letters.areForeign(text, from, to))
                && !Folded.endsWithOne(text, from, to, ENDS, LAST_LETTERS, this);
    }

    /** Whether words have a stem. {@link #stems} has not seen it in a name with characters outside ASCII. */
    private static boolean mayBeSecret(NameWords words) {
        return STEMS.isIn(words.letters(), words.length());
    }

    /** @param whole the folded name, of this length */
    private NameSecrecy decide(NameWords words, char[] whole, int length) {
        if (kept.has(whole, 0, length)) {
            return NameSecrecy.NONE;
        }
        if (more.isIn(whole, length)) {
            return NameSecrecy.ANY;
        }
        words.remove(HARMLESS);
        int last = words.count() - 1;
        if (last < 0 || !mayBeSecret(words)) {
            return NameSecrecy.NONE;
        }
        if (last > 0 && (isAboutSecret(words, last) || words.isOneOf(ABOUT, 0))) {
            return NameSecrecy.NONE;
        }
        if (NUMERIC_TERMS.isIn(words.letters(), words.length())) {
            return NameSecrecy.ANY;
        }
        if (SECRET_TERMS.isIn(words.letters(), words.length())) {
            return NameSecrecy.TEXT;
        }
        return ofFinal(words, last);
    }

    /** Whether the last word says something of the name before it, and is no part of that: {@code SAMLResponse}. */
    private static boolean isAboutSecret(NameWords words, int last) {
        return words.isOneOf(LAST, last) && !SECRET_WORDS.hasEndOf(words.letters(), 0, words.length());
    }

    private static NameSecrecy ofFinal(NameWords words, int last) {
        int start = words.start(last);
        for (String end : FINAL) {
            int rest = words.end(last) - end.length();
            if (!words.endsWith(last, end) || (rest > start && WHOLE.contains(end))) {
                continue;
            }
            if (words.isAnyOf(BEFORE, last) || isBefore(words.letters(), start, rest)) {
                return NameSecrecy.NONE;
            }
            boolean compound = last > 0 || rest > start;
            return compound && !UNSURE.contains(end) ? NameSecrecy.TEXT : NameSecrecy.LIKELY;
        }
        if (words.endsWith(last, KEY)) {
            return ofKey(words, last);
        }
        // Mostly a count. In a list of texts, each must look random.
        boolean several = last > 0 && words.endsWith(last, SEVERAL) && !words.isAnyOf(BEFORE);
        return several ? NameSecrecy.LIKELY : NameSecrecy.NONE;
    }

    private static NameSecrecy ofKey(NameWords words, int last) {
        int rest = words.end(last) - KEY.length();
        boolean alone = rest == words.start(last) && last > 0;
        boolean keyed = alone ? words.isOneOf(KEYED, last - 1) : KEYED.has(words.letters(), words.start(last), rest);
        return keyed ? NameSecrecy.GENERATED : NameSecrecy.NONE;
    }

    /** {@code nextpagetoken} may be one word. */
    private static boolean isBefore(char[] letters, int from, int to) {
        return to > from && (BEFORE.hasBeginningOf(letters, from, to) || BEFORE.hasEndOf(letters, from, to));
    }

    /** Whether a number of this name may be that of a payment card. */
    static boolean mayBeCard(String name) {
        NameWords words = NameWords.of(name);
        return words.isAnyOf(CARD) || CARD.has(words.letters(), 0, words.length());
    }
}
