package dev.sentinel.audit.event;

/** How stored metadata writes a text within a JSON string. */
public final class MetadataText {
    private MetadataText() {}

    /** The text with the escapes of stored metadata, and without quotes around it. */
    public static String escaped(String text) {
        JsonText json = new JsonText();
        char[] chars = text.toCharArray();
        if (!json.string(chars, 0, chars.length)) {
            // No stored metadata holds NUL or half a surrogate pair.
            return text;
        }
        String quoted = json.toString();
        return quoted.substring(1, quoted.length() - 1);
    }
}
