package dev.sentinel.audit.redact;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies rules to the parts of an event. Reused for many events; one thread.
 *
 * <p>The code that copies an event's members calls {@link #secrecyOf} for each name and passes the result on with the
 * value, because name and value decide together. {@link Neighbors} knows what the values of an object decide.
 */
public final class Redactor {
    private final RedactionRules rules;
    private final boolean byKey;
    private final boolean byShape;
    private final boolean anyCard;
    private final ShapeScanner scanner;
    /** Without the strict rule for cards: one numeric identifier in ten could be a card number. */
    private final ShapeScanner identifierScanner;

    private final Values values;
    private final Consumer<SecretKind> onSecret;

    /** @param onSecret called for every secret when it is found */
    public Redactor(RedactionRules rules, Consumer<SecretKind> onSecret) {
        this.rules = rules;
        this.byKey = rules.mode() != RedactionRules.Mode.OFF;
        this.anyCard = rules.mode() == RedactionRules.Mode.STRICT;
        this.byShape = anyCard || rules.mode() == RedactionRules.Mode.FULL;
        this.scanner = new ShapeScanner(rules.names(), rules.shapes(), anyCard);
        this.identifierScanner = anyCard ? new ShapeScanner(rules.names(), rules.shapes(), false) : scanner;
        this.values = new Values(rules.names());
        this.onSecret = onSecret;
    }

    /** {@link RedactionRules#version}. */
    public String version() {
        return rules.version();
    }

    /** The secrecy that a member's name implies for its value. */
    public NameSecrecy secrecyOf(char[] name, int from, int length) {
        return byKey ? rules.names().secrecy(name, from, from + length) : NameSecrecy.NONE;
    }

    /** Whether the text under a name is a secret. Empty texts and placeholders are not. */
    public boolean hidesText(NameSecrecy secrecy, char[] text, int from, int length) {
        values.begin();
        return values.isSecret(secrecy, text, from, from + length);
    }

    /**
     * Whether the number under a name is a secret.
     *
     * @param name null for a list element
     */
    public boolean hidesInteger(NameSecrecy secrecy, @Nullable String name, char[] text, int from, int length) {
        if (secrecy == NameSecrecy.ANY) {
            onSecret.accept(SecretKind.KEY);
            return true;
        }
        if (byShape
                && scanner.isCardNumber(text, from, from + length)
                && (anyCard || (name != null && SecretNames.mayBeCard(name)))) {
            onSecret.accept(SecretKind.CARD_NUMBER);
            return true;
        }
        return false;
    }

    /** Whether the object or list under a name is replaced as a whole. */
    public boolean hidesStructure(NameSecrecy secrecy, String name) {
        return secrecy.compareTo(NameSecrecy.TEXT) >= 0
                && !isPlural(name)
                && !SecretNames.folded(name).endsWith("authorization");
    }

    /** The members of {@code secrets} have names of their own. */
    private static boolean isPlural(String name) {
        return name.endsWith("s") || name.endsWith("S");
    }

    /**
     * The secrecy that an object's name implies for members whose own names imply none: those of {@code "secrets"} are
     * secrets if they look random.
     */
    public NameSecrecy secrecyWithin(NameSecrecy secrecy, String name) {
        return secrecy.compareTo(NameSecrecy.TEXT) >= 0 && isPlural(name) ? NameSecrecy.LIKELY : NameSecrecy.NONE;
    }

    /** What a member's name says of the other members of its object. */
    MemberRole roleOf(String member) {
        return byKey ? MemberRole.of(member) : MemberRole.NONE;
    }

    /**
     * The secrecy that a text implies if it is itself a name: of a sibling such as {@code "value"}, or of the next list
     * element, as in {@code ["authorization", "V"]} and {@code ["--password", "V"]}.
     */
    NameSecrecy secrecyNamedBy(char[] text, int from, int length) {
        if (!byKey || length == 0 || length > Siblings.LONGEST_NAME) {
            return NameSecrecy.NONE;
        }
        return Siblings.secrecyNamedBy(text, from, from + length, rules.names());
    }

    /** Reports that the value under a secret name was replaced. */
    public void replacedByKey() {
        onSecret.accept(SecretKind.KEY);
    }

    /** Whether an identifier holds a secret. It cannot be redacted, because it would become another identifier. */
    public boolean isSecretIdentifier(char[] text, int from, int length) {
        return byShape && identifierScanner.clean(text, from, from + length) != null;
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

    /** A text without its secrets, or null if it has none. Copies nothing if texts are not redacted. */
    @Nullable
    public String clean(String text) {
        return byShape ? clean(text.toCharArray(), 0, text.length()) : null;
    }
}
