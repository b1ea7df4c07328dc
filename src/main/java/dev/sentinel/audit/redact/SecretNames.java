package dev.sentinel.audit.redact;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a name is that of a secret. {@code names.tsv} has the words and explains them. The rest of a name
 * matters as much as the word that makes it secret. Any thread.
 */
final class SecretNames {
    private static final Set<String> SECRET = RuleFiles.words("secret");
    private static final Set<String> NUMERIC = RuleFiles.words("numeric");
    private static final List<String> FINAL = RuleFiles.ordered("final");
    private static final Set<String> WHOLE = RuleFiles.words("whole");
    private static final Set<String> UNSURE = RuleFiles.words("unsure");
    private static final Set<String> KEYED = RuleFiles.words("keyed");
    private static final Set<String> BEFORE = RuleFiles.words("before");
    private static final Set<String> ABOUT = RuleFiles.words("about");
    private static final Set<String> LAST = RuleFiles.words("last");
    private static final Set<String> HARMLESS = RuleFiles.words("harmless");
    private static final Set<String> CARD = RuleFiles.words("card");

    private static final String SEVERAL = "tokens";
    private static final String KEY = "key";

    private final Terms stems;
    private final List<String> more;
    private final Set<String> kept;
    private final NameCache cache = new NameCache();

    /**
     * The built-in words and these.
     *
     * @param more terms that make a name secret wherever they occur in it
     * @param kept whole names that are never secret
     */
    SecretNames(Collection<String> more, Collection<String> kept) {
        this.more = more.stream().map(SecretNames::folded).toList();
        this.kept = kept.stream().map(SecretNames::folded).collect(Collectors.toUnmodifiableSet());
        this.stems = new Terms(Stream.of(SECRET.stream(), FINAL.stream(), Stream.of(KEY), this.more.stream())
                .flatMap(terms -> terms)
                .filter(Terms::isAscii)
                .toList());
    }

    /** A name as it is compared: NFKC, without case and separators. Empty if it has no letter and no digit. */
    static String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        if (Terms.isAscii(name)) {
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (Chars.isLetter(c) || Chars.isDigit(c)) {
                    folded.append(Chars.isUpper(c) ? (char) (c | 0x20) : c);
                }
            }
            return folded.toString();
        }
        Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(Character::isLetterOrDigit)
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    /** The secrecy that a name implies. */
    NameSecrecy secrecy(char[] text, int from, int to) {
        if (stems.find(text, from, to) == Terms.NONE) {
            return NameSecrecy.NONE;
        }
        NameSecrecy known = cache.get(text, from, to);
        if (known == null) {
            known = decide(new String(text, from, to - from));
            cache.put(text, from, to, known);
        }
        return known;
    }

    NameSecrecy secrecy(String name) {
        return secrecy(name.toCharArray(), 0, name.length());
    }

    private NameSecrecy decide(String written) {
        String name = Terms.isAscii(written) ? written : Normalizer.normalize(written, Normalizer.Form.NFKC);
        String whole = folded(name);
        if (kept.contains(whole)) {
            return NameSecrecy.NONE;
        }
        for (String term : more) {
            if (whole.contains(term)) {
                return NameSecrecy.ANY;
            }
        }
        List<String> words = words(name);
        words.removeIf(HARMLESS::contains);
        if (words.isEmpty()) {
            return NameSecrecy.NONE;
        }
        String last = words.get(words.size() - 1);
        if (words.size() > 1 && (LAST.contains(last) || ABOUT.contains(words.get(0)))) {
            return NameSecrecy.NONE;
        }
        String joined = String.join("", words);
        if (NUMERIC.stream().anyMatch(joined::contains)) {
            return NameSecrecy.ANY;
        }
        if (SECRET.stream().anyMatch(joined::contains)) {
            return NameSecrecy.TEXT;
        }
        return ofFinal(words, last);
    }

    private static NameSecrecy ofFinal(List<String> words, String last) {
        for (String end : FINAL) {
            boolean whole = last.equals(end);
            if (!whole && (WHOLE.contains(end) || !last.endsWith(end))) {
                continue;
            }
            List<String> qualifiers = new ArrayList<>(words.subList(0, words.size() - 1));
            String rest = last.substring(0, last.length() - end.length());
            if (qualifiers.stream().anyMatch(BEFORE::contains) || isBefore(rest)) {
                return NameSecrecy.NONE;
            }
            boolean compound = !qualifiers.isEmpty() || !rest.isEmpty();
            return compound && !UNSURE.contains(end) ? NameSecrecy.TEXT : NameSecrecy.LIKELY;
        }
        if (last.endsWith(KEY)) {
            return ofKey(words, last);
        }
        // Mostly a count. In a list of texts, each must look random.
        boolean several = last.endsWith(SEVERAL) && words.stream().noneMatch(BEFORE::contains);
        return several && words.size() > 1 ? NameSecrecy.LIKELY : NameSecrecy.NONE;
    }

    private static NameSecrecy ofKey(List<String> words, String last) {
        String kind = last.equals(KEY) && words.size() > 1
                ? words.get(words.size() - 2)
                : last.substring(0, last.length() - KEY.length());
        return KEYED.contains(kind) ? NameSecrecy.GENERATED : NameSecrecy.NONE;
    }

    /** {@code nextpagetoken} may be one word. */
    private static boolean isBefore(String rest) {
        return !rest.isEmpty() && BEFORE.stream().anyMatch(word -> rest.startsWith(word) || rest.endsWith(word));
    }

    /** Whether a number of this name may be that of a payment card. */
    static boolean mayBeCard(String name) {
        List<String> words = words(name);
        return words.stream().anyMatch(CARD::contains) || CARD.contains(String.join("", words));
    }

    /** The words of a name in lower case: {@code DBPassword2_old} has {@code db}, {@code password2} and {@code old}. */
    static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Character.isLetterOrDigit(c)) {
                if (c < Terms.ASCII) {
                    end(word, words);
                }
                continue;
            }
            if (Chars.isUpper(c) && startsHump(name, i)) {
                end(word, words);
            }
            word.append(Character.toLowerCase(c));
        }
        end(word, words);
        return words;
    }

    private static boolean startsHump(String name, int i) {
        if (i == 0) {
            return false;
        }
        char before = name.charAt(i - 1);
        boolean afterLower = Chars.isLetter(before) ? !Chars.isUpper(before) : Chars.isDigit(before);
        boolean lastOfAcronym =
                i + 1 < name.length() && Chars.isLetter(name.charAt(i + 1)) && !Chars.isUpper(name.charAt(i + 1));
        return afterLower || (Chars.isUpper(before) && lastOfAcronym);
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
