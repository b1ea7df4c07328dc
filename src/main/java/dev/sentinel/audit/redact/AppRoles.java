package dev.sentinel.audit.redact;

/**
 * Recognizes the secret of a role of Vault: {@code role_id=… secret_id=V}. The same name is innocent elsewhere, as that
 * of a secret in AWS, so the role has to precede it, and the value has to be a UUID. For one text at a time; one
 * thread.
 */
final class AppRoles {
    private static final String ROLE = "role_id";
    private static final String SHORT_ROLE = "roleid";
    private static final String SECRET = "secret_id";
    private static final String SHORT_SECRET = "secretid";

    private static final int UUID = 36;
    private static final int MAX_GAP = 6;

    private final Preceding roles = new Preceding(ROLE, SHORT_ROLE);

    /** Starts a new text. */
    void begin(int from) {
        roles.begin(from);
    }

    /** Whether a name, and what follows its sign, are the secret of a role that precedes them. */
    boolean isSecret(char[] text, int name, int nameEnd, int after, int to) {
        if (!is(text, name, nameEnd, SECRET) && !is(text, name, nameEnd, SHORT_SECRET)) {
            return false;
        }
        int value = after;
        while (value < to
                && value - after < MAX_GAP
                && (text[value] == ' ' || text[value] == '\\' || Chars.isQuote(text[value]))) {
            value++;
        }
        int end = Math.min(to, value + UUID);
        return isUuid(text, value, end) && (end == to || !Chars.isToken(text[end])) && roles.isBefore(text, name);
    }

    private static boolean is(char[] text, int from, int to, String name) {
        return to - from == name.length() && Chars.startsWithIgnoringCase(text, from, to, name);
    }

    static boolean isRole(String member) {
        return is(member, ROLE) || is(member, SHORT_ROLE);
    }

    static boolean isSecretId(String member) {
        return is(member, SECRET) || is(member, SHORT_SECRET);
    }

    private static boolean is(String member, String name) {
        return member.equalsIgnoreCase(name) && Terms.isAscii(member);
    }

    static boolean isUuid(char[] text, int from, int to) {
        if (to - from != UUID) {
            return false;
        }
        for (int i = 0; i < UUID; i++) {
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? text[from + i] != '-' : !Chars.isHex(text[from + i])) {
                return false;
            }
        }
        return true;
    }
}
