package dev.sentinel.audit.query.export;

/**
 * Keeps spreadsheets from running what agents write (CWE-1236). A sign that would begin a formula gets an apostrophe in
 * front. It begins one at the start of a cell, perhaps behind blanks; and also behind a semicolon, a tab or a line
 * break within a cell, because programs of some countries split there, whatever the quotes say.
 */
final class FormulaGuard {
    /** With the full-width forms, which some programs convert. */
    private static final String SIGNS = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private static final String SPLITS = ";\t\r\n";

    private FormulaGuard() {}

    /** @param cell not empty */
    static String guard(String cell) {
        StringBuilder guarded = null;
        int copied = 0;
        boolean atStart = true;
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            boolean splits = SPLITS.indexOf(c) >= 0;
            // Programs that drop a tab or a line break at the start of a cell would find a sign behind it.
            boolean dropped = i == 0 && splits && c != ';';
            if (dropped || (atStart && SIGNS.indexOf(c) >= 0)) {
                guarded = guarded == null ? new StringBuilder(cell.length() + 8) : guarded;
                guarded.append(cell, copied, i).append('\'');
                copied = i;
            }
            atStart = splits || (atStart && isBlank(c));
        }
        return guarded == null
                ? cell
                : guarded.append(cell, copied, cell.length()).toString();
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }
}
