package dev.sentinel.audit.query.filter;

import dev.sentinel.audit.store.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses one filter. Recurses as deep as parentheses may nest. */
final class FilterParser {
    private static final String OR = "OR";

    private final FilterText text;
    private int terms;
    private int textTerms;

    FilterParser(String filter) {
        this.text = new FilterText(filter);
    }

    Condition parse() throws MalformedFilterException {
        Condition condition = group(0);
        if (!text.isAtEnd()) {
            throw text.mistake("this parenthesis closes nothing");
        }
        return condition;
    }

    /** Terms up to a closing parenthesis or the end: all of them, or any of them. */
    private Condition group(int depth) throws MalformedFilterException {
        List<Condition> parts = new ArrayList<>();
        Contradictions contradictions = new Contradictions();
        @Nullable Boolean any = null;
        text.skipSpaces();
        while (true) {
            if (text.isAtEnd() || text.next() == ')' || text.isAtWord(OR)) {
                throw text.mistake(parts.isEmpty() ? "a term is missing here" : "a term must follow OR");
            }
            int column = text.column();
            Condition part = term(depth);
            parts.add(part);
            if (!text.isAtEnd() && text.next() == '(') {
                throw text.mistake("a space is missing before the parenthesis");
            }
            text.skipSpaces();
            if (any == null || !any) {
                contradictions.add(part, column);
            }
            if (text.isAtEnd() || text.next() == ')') {
                if (any == null || !any) {
                    contradictions.check();
                }
                return join(parts, any != null && any);
            }
            boolean or = text.isAtWord(OR);
            if (any != null && any != or) {
                throw text.mistake("OR beside other terms needs parentheses: a (b OR c)");
            }
            any = or;
            if (or) {
                text.skip(OR.length());
                text.skipSpaces();
            }
        }
    }

    private static Condition join(List<Condition> parts, boolean any) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<Condition> flat = new ArrayList<>();
        for (Condition part : parts) {
            if (any && part instanceof Condition.Or or) {
                flat.addAll(or.any());
            } else if (!any && part instanceof Condition.And and) {
                flat.addAll(and.all());
            } else {
                flat.add(part);
            }
        }
        return any ? new Condition.Or(flat) : new Condition.And(flat);
    }

    private Condition term(int depth) throws MalformedFilterException {
        boolean negated = false;
        while (text.take('-')) {
            negated = !negated;
            if (text.looksLike("") && text.next() != '(') {
                throw text.mistake("a term must follow -, without a space");
            }
        }
        Condition term = text.next() == '(' ? parenthesized(depth + 1) : single();
        if (!negated) {
            return term;
        }
        return term instanceof Condition.Not not ? not.negated() : new Condition.Not(term);
    }

    private Condition parenthesized(int depth) throws MalformedFilterException {
        if (depth > FilterLanguage.MAX_NESTING) {
            throw text.mistake("parentheses may nest at most " + FilterLanguage.MAX_NESTING + " deep");
        }
        int column = text.column();
        text.take('(');
        Condition group = group(depth);
        if (!text.take(')')) {
            throw new MalformedFilterException(column, "this parenthesis is not closed");
        }
        return group;
    }

    private Condition single() throws MalformedFilterException {
        int column = text.column();
        Condition term = unchecked();
        textTerms += term.textReads();
        if (textTerms > FilterLanguage.MAX_TEXT_TERMS) {
            throw new MalformedFilterException(
                    column, "at most " + FilterLanguage.MAX_TEXT_TERMS + " terms may search texts, metadata or for *");
        }
        return term;
    }

    private Condition unchecked() throws MalformedFilterException {
        if (++terms > FilterLanguage.MAX_TERMS) {
            throw text.mistake("a filter has at most " + FilterLanguage.MAX_TERMS + " terms");
        }
        if (text.isAtWord("AND")) {
            throw text.mistake("terms side by side must all match; leave out AND, or quote it to find the word");
        }
        if (text.isAtWord("NOT")) {
            throw text.mistake("write - before a term for not, or quote NOT to find the word");
        }
        int column = text.column();
        String word = text.takeKey();
        if (word.isEmpty()) {
            if (text.looksLike("[^\"]*:.*")) {
                throw text.mistake("a text with a colon must be in double quotes; keys are " + FilterKey.LIST);
            }
            return FilterTerms.mentions(text.takeValue());
        }
        FilterKey key = FilterKey.of(word);
        if (key == null) {
            String question = Nearest.question(word, FilterKey.words());
            throw new MalformedFilterException(
                    column,
                    "\"" + shortened(word) + "\" is not a key" + (question.isEmpty() ? "." : question) + " Keys are "
                            + FilterKey.LIST + "; a text with a colon must be in double quotes");
        }
        if (key == FilterKey.META) {
            return metadata();
        }
        text.take(':');
        FilterText.Value value = text.takeValue();
        Condition term = FilterTerms.of(key, value);
        if (key == FilterKey.TIME) {
            checkOffset();
        }
        return term;
    }

    private Condition metadata() throws MalformedFilterException {
        int column = text.column();
        List<String> path = new ArrayList<>();
        while (text.take('.')) {
            path.add(text.takeName());
        }
        if (path.isEmpty() || !text.take(':')) {
            throw text.mistake(
                    "metadata is searched by name: meta.NAME:VALUE or meta.NAME:*, or in all of it: text:VALUE");
        }
        if (path.size() > Condition.MAX_PATH) {
            throw new MalformedFilterException(column, "a path has at most " + Condition.MAX_PATH + " names");
        }
        if (path.stream().filter(Condition::isIndex).count() > Condition.MAX_INDEXES) {
            throw new MalformedFilterException(column, "a path has at most " + Condition.MAX_INDEXES + " numbers");
        }
        return FilterTerms.metadata(path, text.takeValue());
    }

    /** In a URL, a plus is a space: the offset would be lost, and the time would mean another one. */
    private void checkOffset() throws MalformedFilterException {
        if (text.next() == ' ') {
            text.skip(1);
            if (text.looksLike("[0-9]{2}:[0-9]{2}.*")) {
                throw text.mistake("this looks like the offset of the time before; in a URL, a + is sent as %2B");
            }
            text.skip(-1);
        }
    }

    private static String shortened(String word) {
        return word.length() > 30 ? word.substring(0, 30) + "…" : word;
    }

    /** Terms side by side of which no event meets both, because it has one value of the key. */
    private static final class Contradictions {
        private record Found(Condition term, int column) {}

        private final Map<Object, Condition> known = new HashMap<>();
        private @Nullable Found found;

        void add(Condition term, int column) {
            Object key = key(term);
            if (key != null) {
                Condition before = known.putIfAbsent(key, term);
                if (before != null && !before.equals(term) && found == null) {
                    found = new Found(term, column);
                }
            }
        }

        void check() throws MalformedFilterException {
            if (found != null) {
                throw new MalformedFilterException(
                        found.column,
                        "no event has this value and the one before; write OR between them if either may match");
            }
        }

        private static @Nullable Object key(Condition term) {
            if (term instanceof Condition.Text exact && exact.pattern().isExact()) {
                return exact.member();
            }
            if (term instanceof Condition.Metadata exact && exact.pattern().isExact()) {
                return exact.path();
            }
            boolean single = term instanceof Condition.Actor
                    || term instanceof Condition.Action
                    || term instanceof Condition.Status
                    || term instanceof Condition.Id;
            return single ? term.getClass() : null;
        }
    }
}
