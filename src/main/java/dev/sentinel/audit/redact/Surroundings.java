package dev.sentinel.audit.redact;

/**
 * The objects and blocks around the members of a text. Remembers what it has read, because members may be as short as
 * {@code a=}. For one text at a time; one thread.
 */
final class Surroundings {
    /** How far apart two members of an object may be. */
    static final int REACH = 200;

    private static final String VARIABLE = "variable \"";

    private int from;
    private int readUntil;
    private int lastBrace;
    private int blocksUntil;
    private int lastBlock;
    private int lastBlockEnd;

    /** Starts a new text. */
    void begin(int newFrom) {
        from = newFrom;
        readUntil = newFrom;
        lastBrace = -1;
        blocksUntil = newFrom;
        lastBlock = -1;
        lastBlockEnd = -1;
    }

    /** Whether two members belong to the same object. */
    boolean isNear(char[] text, int end, int next) {
        if (end < 0 || next - end > REACH || next < end) {
            return false;
        }
        if (next < readUntil) {
            return lastBraceIn(text, end, next) < 0;
        }
        int brace = lastBraceIn(text, Math.max(readUntil, next - REACH), next);
        lastBrace = brace < 0 ? lastBrace : brace;
        readUntil = next;
        return lastBrace < end;
    }

    private static int lastBraceIn(char[] text, int start, int end) {
        for (int i = end - 1; i >= start; i--) {
            if (text[i] == '}' || text[i] == '{' || text[i] == '>') {
                return i;
            }
        }
        return -1;
    }

    /** Where the name of the Terraform variable begins whose block this member is in; -1 if it is in none. */
    int variableAround(char[] text, int member) {
        int least = Math.max(from, member - REACH);
        int last = member - VARIABLE.length();
        for (int i = Math.max(blocksUntil, least); i <= last; i++) {
            if (text[i] == '}') {
                lastBlockEnd = i;
            } else if (text[i] == 'v' && Chars.startsWith(text, i, member, VARIABLE)) {
                lastBlock = i;
            }
        }
        blocksUntil = Math.max(blocksUntil, last + 1);
        return lastBlock >= least && lastBlock > lastBlockEnd ? lastBlock + VARIABLE.length() : -1;
    }
}
