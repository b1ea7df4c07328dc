package dev.sentinel.audit.redact;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether certain commands precede a position on its line. Remembers what it has read, so that a sequence of
 * options does not read it again. For one text at a time; one thread.
 */
final class Commands {
    /** How far before an option its command is looked for, in characters. */
    private static final int REACH = 200;

    private static final int MAX_GAP = 8;

    /** The commands, which all scanners share. Immutable. */
    static final class Names {
        /** By their first character. */
        private final String @Nullable [][] names = new String[Terms.ASCII][];

        /** @param list of {@code names.tsv}; {@code _} is a blank */
        Names(String list) {
            Map<Character, List<String>> byFirst = RuleFiles.ordered(list).stream()
                    .map(command -> command.replace('_', ' '))
                    .collect(Collectors.groupingBy(command -> command.charAt(0)));
            byFirst.forEach((first, commands) -> names[first] = commands.toArray(String[]::new));
        }
    }

    private final Names commands;
    private int readUntil;
    private int found;

    Commands(Names commands) {
        this.commands = commands;
    }

    /** Starts a new text. */
    void begin(int from) {
        readUntil = from;
        found = -1;
    }

    boolean areBefore(char[] text, int at) {
        for (int i = Math.max(readUntil, at - REACH); i < at; i++) {
            char c = text[i];
            if (c == '\n') {
                found = -1;
            } else if (isOne(text, i, at)) {
                found = i;
            }
        }
        readUntil = Math.max(readUntil, at);
        return found >= 0 && at - found <= REACH;
    }

    private boolean isOne(char[] text, int from, int to) {
        char c = text[from];
        String[] candidates = c < Terms.ASCII ? commands.names[c] : null;
        if (candidates == null) {
            return false;
        }
        for (String command : candidates) {
            if (isCommand(text, from, to, command)) {
                return true;
            }
        }
        return false;
    }

    /** Its words may be elements of a list: {@code ["docker","login"]}. */
    private static boolean isCommand(char[] text, int from, int to, String command) {
        int at = from;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == ' ') {
                int gap = at;
                while (at < to
                        && at - gap < MAX_GAP
                        && (text[at] == ' ' || text[at] == ',' || Chars.isQuote(text[at]))) {
                    at++;
                }
                if (at == gap) {
                    return false;
                }
            } else if (at < to && text[at] == c) {
                at++;
            } else {
                return false;
            }
        }
        return true;
    }
}
