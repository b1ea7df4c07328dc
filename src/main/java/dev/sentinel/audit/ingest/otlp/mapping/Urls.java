package dev.sentinel.audit.ingest.otlp.mapping;

/** Leaves out the parts of a URL that hold secrets under any name: user information, query and fragment. */
final class Urls {
    private static final String AUTHORITY = "://";

    private Urls() {}

    static boolean isUrl(String text) {
        int at = text.indexOf(AUTHORITY);
        return at > 0 && text.indexOf(' ') < 0;
    }

    /** Also of a path that has a query. */
    static String bare(String url) {
        int end = end(url);
        int authority = url.indexOf(AUTHORITY);
        if (authority < 0 || authority > end) {
            return url.substring(0, end);
        }
        int host = authority + AUTHORITY.length();
        int path = url.indexOf('/', host);
        // The last @ ends the user information: a password may have one that is not escaped.
        int user = url.lastIndexOf('@', (path < 0 || path > end ? end : path) - 1);
        return user < host ? url.substring(0, end) : url.substring(0, host) + url.substring(user + 1, end);
    }

    private static int end(String url) {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return url.length();
    }
}
