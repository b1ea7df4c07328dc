package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test of one attribute of a record, or of the span's kind. */
record Condition(Test test, String key, List<String> values) {
    private static final String KIND = "@kind";
    private static final List<String> KINDS =
            List.of("unspecified", "internal", "server", "client", "producer", "consumer");

    enum Test {
        PRESENT,
        ABSENT,
        EQUAL,
        SUFFIX,
        MORE
    }

    /** Null if the text is no condition. */
    static @Nullable Condition parse(String text) {
        if (text.charAt(0) == '?') {
            return new Condition(Test.PRESENT, text.substring(1), List.of());
        }
        if (text.charAt(0) == '!') {
            return new Condition(Test.ABSENT, text.substring(1), List.of());
        }
        int more = text.indexOf('>');
        if (more > 0) {
            return new Condition(Test.MORE, text.substring(0, more), List.of(text.substring(more + 1)));
        }
        int equal = text.indexOf('=');
        if (equal <= 0) {
            return null;
        }
        boolean suffix = text.charAt(equal - 1) == '$';
        List<String> values = List.of(text.substring(equal + 1).split("\\|", -1));
        return new Condition(suffix ? Test.SUFFIX : Test.EQUAL, text.substring(0, suffix ? equal - 1 : equal), values);
    }

    boolean holds(Subject subject) {
        return switch (test) {
            case PRESENT -> subject.attributes().has(key);
            case ABSENT -> !subject.attributes().has(key);
            case EQUAL ->
                key.equals(KIND)
                        ? isOneOf(kind(subject))
                        : isOneOf(subject.attributes().text(key));
            case SUFFIX -> hasSuffix(subject.attributes().text(key));
            case MORE -> isMore(subject.attributes().text(key));
        };
    }

    private static String kind(Subject subject) {
        int kind = subject.kind();
        return kind >= 0 && kind < KINDS.size() ? KINDS.get(kind) : "";
    }

    private boolean isOneOf(@Nullable String text) {
        if (text != null) {
            for (String value : values) {
                if (value.equalsIgnoreCase(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean hasSuffix(@Nullable String text) {
        if (text != null) {
            for (String value : values) {
                if (text.endsWith(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isMore(@Nullable String text) {
        Double number = Numbers.decimal(text);
        return number != null && number > Double.parseDouble(values.get(0));
    }
}
