package dev.sentinel.audit.redact;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies the rules to the parts of an event. Reused for many events; one thread. */
public final class Redactor {
    private final RedactionRules rules;
    private final boolean byKey;
    private final boolean byShape;
    private final ShapeScanner scanner;
    private final Consumer<SecretKind> onSecret;

    /** @param onSecret called for every secret, on the thread that finds it */
    public Redactor(RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.rules = rules;
        this.byKey = rules.mode() != RedactionRules.Mode.OFF;
        this.byShape = rules.mode() == RedactionRules.Mode.FULL;
        this.scanner = new ShapeScanner(rules.keys());
        this.onSecret = onSecret;
    }

    /** See {@link RedactionRules#version}. */
    public String version() {
        return rules.version();
    }

    /** Whether this is the name of a secret. Does not call {@code onSecret}, because the value may be empty. */
    public boolean isSecretKey(char[] text, int from, int length) {
        return byKey && rules.keys().matches(text, from, from + length);
    }

    /** Reports that the caller replaced the value under a secret name. */
    public void replacedByKey() {
        onSecret.accept(SecretKind.KEY);
    }

    /** The text with its secrets replaced, or null if it has none. */
    @Nullable
    public String clean(char[] text, int from, int length) {
        String clean = byShape ? scanner.clean(text, from, from + length) : null;
        if (clean != null) {
            for (int i = 0; i < scanner.found().count(); i++) {
                onSecret.accept(scanner.found().kind(i));
            }
        }
        return clean;
    }

    /** As above, for a string. Copies nothing if the mode does not scan texts. */
    @Nullable
    public String clean(String text) {
        return byShape ? clean(text.toCharArray(), 0, text.length()) : null;
    }

    /** Whether the digits of an integer are a secret. */
    public boolean isSecretNumber(char[] text, int from, int length) {
        if (byShape && scanner.isCardNumber(text, from, from + length)) {
            onSecret.accept(SecretKind.CARD_NUMBER);
            return true;
        }
        return false;
    }
}
