package dev.sentinel.audit.query.filter;

import java.util.Locale;

/** Guesses which word was meant. */
final class Nearest {
    /** Of more edits, a guess is as often wrong as right. */
    private static final int MAX_EDITS = 2;

    /** A longer word is none of ours with a mistake. */
    private static final int MAX_LENGTH = 30;

    private Nearest() {}

    /** {@code "; did you mean …?"}, or nothing if no word is near. */
    static String question(String written, String[] words) {
        String nearest = "";
        int fewest = Math.min(MAX_EDITS, written.length() / 2) + 1;
        for (String word : written.length() > MAX_LENGTH ? new String[0] : words) {
            int edits = edits(written.toLowerCase(Locale.ROOT), word);
            if (edits < fewest) {
                fewest = edits;
                nearest = word;
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
    }

    /** Characters that were added, left out, replaced, or swapped with the one beside. */
    private static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[from.length()][to.length()];
    }
}
