package dev.sentinel.audit.store;

import dev.sentinel.audit.event.MetadataText;
import java.util.Set;
import java.util.TreeSet;

/**
 * A text that a search looks for. People copy it from what they see, where metadata shows a backslash, a quote or a
 * line break, and the stored JSON text has its escape; or they copy a piece of the JSON. So metadata may hold either
 * form.
 *
 * @param inResource the form in which a resource holds it; ASCII letters are lower case
 * @param inMetadata the forms of which metadata holds one, in a fixed order; ASCII letters are lower case
 */
public record SoughtText(String inResource, Set<String> inMetadata) {

    /** The forms of a text that is not empty. */
    public static SoughtText of(String text) {
        String lower = asciiLower(text);
        Set<String> forms = new TreeSet<>(Set.of(lower));
        forms.add(asciiLower(MetadataText.escaped(text)));
        return new SoughtText(lower, forms);
    }

    /** The stores fold ASCII letters only. */
    private static String asciiLower(String text) {
        StringBuilder lower = new StringBuilder(text);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 'a' - 'A'));
            }
        }
        return lower.toString();
    }
}
