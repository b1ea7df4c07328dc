package dev.sentinel.audit.web;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The anchors of the headings of one document, as GitHub makes them, so that a link works in both places. Headings are
 * given in the order of the document.
 */
final class Anchors {
    private static final Pattern DROPPED = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}\\p{Pc}\\- ]");

    private final Map<String, Integer> seen = new HashMap<>();

    /**
     * The anchor of the next heading: its text in lower case, with hyphens, and with a number if it is not the first.
     */
    String next(String heading) {
        String slug = DROPPED.matcher(heading.strip().toLowerCase(Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
        int before = seen.merge(slug, 1, Integer::sum) - 1;
        return before == 0 ? slug : slug + '-' + before;
    }
}
