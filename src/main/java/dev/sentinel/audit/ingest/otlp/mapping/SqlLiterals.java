package dev.sentinel.audit.ingest.otlp.mapping;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masks the literals of a statement, which are the data of customers. Reads each character once. What a dialect may
 * take for a literal is one: a name that is masked costs less than a value that is not.
 */
final class SqlLiterals {
    private static final char MASK = '?';

    /** Where double quotes enclose names. Elsewhere they may enclose texts. */
    private static final Set<String> NAMES_IN_DOUBLE_QUOTES = Set.of(
            "postgresql",
            "oracle",
            "oracle.db",
            "mssql",
            "microsoft.sql_server",
            "db2",
            "ibm.db2",
            "snowflake",
            "trino",
            "cockroachdb");

    private SqlLiterals() {}

    /** @param system the value of {@code db.system.name}; null if unknown */
    static String masked(String sql, @Nullable String system) {
        boolean names = system != null && NAMES_IN_DOUBLE_QUOTES.contains(system);
        StringBuilder masked = new StringBuilder(sql.length());
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\'' || (c == '"' && !names)) {
                i = afterQuoted(sql, i, c);
                masked.append(MASK);
            } else if (c == '$' && tagEnd(sql, i) > 0) {
                int tagEnd = tagEnd(sql, i);
                int end = sql.indexOf(sql.substring(i, tagEnd), tagEnd);
                i = end < 0 ? sql.length() : end + tagEnd - i;
                masked.append(MASK);
            } else if (isDigit(c) && !isWord(sql, i - 1)) {
                i = afterWord(sql, i);
                masked.append(MASK);
            } else {
                masked.append(c);
                i++;
            }
        }
        return masked.toString();
    }

    /** A doubled quote or one behind a backslash does not end a text. */
    private static int afterQuoted(String sql, int start, char quote) {
        int i = start + 1;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            if (c == '\\') {
                i += 2;
            } else if (c != quote) {
                i++;
            } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                i += 2;
            } else {
                return i + 1;
            }
        }
        return sql.length();
    }

    /** The end of the tag that opens a text of PostgreSQL, such as {@code $$} and {@code $body$}; 0 if it is none. */
    private static int tagEnd(String sql, int start) {
        int i = start + 1;
        while (i < sql.length() && (Character.isLetter(sql.charAt(i)) || sql.charAt(i) == '_')) {
            i++;
        }
        return i < sql.length() && sql.charAt(i) == '$' ? i + 1 : 0;
    }

    private static boolean isWord(String sql, int i) {
        return i >= 0 && (Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '_' || sql.charAt(i) == '$');
    }

    private static int afterWord(String sql, int start) {
        int i = start;
        while (i < sql.length() && (isWord(sql, i) || sql.charAt(i) == '.')) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
