package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.RedactionRules;
import dev.sentinel.audit.redact.Redactor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Finds secrets in short texts that are kept beside the events and must stay as they are: such a text is refused,
 * because one with a gap would be another name or another filter. Any thread.
 */
public final class SecretFinder {
    /** The end of a sentence about a text that is refused. */
    public static final String REFUSAL = "must not hold a secret, because it is stored as it is";

    /** In a filter, {@code meta.password:*} asks for any value. As a text, the next word would be the password. */
    private static final Pattern ANY_VALUE = Pattern.compile(":\\*(?=[\\s)]|$)");

    private final RedactionRules rules;

    public SecretFinder(RedactionRules rules) {
        this.rules = rules;
    }

    /** Whether an event with this text as its resource or as an identifier would be redacted or refused. */
    public boolean isSecret(String text) {
        Redactor redactor = new Redactor(rules, kind -> {});
        return redactor.clean(text) != null || redactor.isSecretIdentifier(text.toCharArray(), 0, text.length());
    }

    /** Whether a path with parameters holds a secret, however it is encoded. */
    public boolean isSecretPath(String path) {
        return isSecret(ANY_VALUE.matcher(decoded(path)).replaceAll(";"));
    }

    /** A path that is not encoded as it should be is read by nobody, and is sought as it is. */
    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
