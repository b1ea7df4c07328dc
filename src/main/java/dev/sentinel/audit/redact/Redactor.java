package dev.sentinel.audit.redact;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies rules to the parts of an event. Reused from event to event by one thread. */
public final class Redactor {
    private final RedactionRules rules;
    private final boolean byKey;
    private final boolean byShape;
    private final ShapeScanner scanner;
    private final Consumer<SecretKind> onSecret;

    /** @param onSecret hears of every secret, as it is found */
    public Redactor(RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.rules = rules;
        this.byKey = rules.mode() != RedactionRules.Mode.OFF;
        this.byShape = rules.mode() == RedactionRules.Mode.FULL;
        this.scanner = new ShapeScanner(rules.keys());
        this.onSecret = onSecret;
    }

    /** {@link RedactionRules#version}. */
    public String version() {
        return rules.version();
    }

    /** Whether whatever has this name is a secret. Tells nobody: its value may be none. */
    public boolean isSecretKey(char[] text, int from, int length) {
        return byKey && rules.keys().matches(text, from, from + length);
    }

    /** The value under a secret name was replaced. */
    public void replacedByKey() {
        onSecret.accept(SecretKind.KEY);
    }

    /** A text without its secrets, or null if it has none. */
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

    /** The same of a String; nothing is copied where texts are not looked at. */
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
