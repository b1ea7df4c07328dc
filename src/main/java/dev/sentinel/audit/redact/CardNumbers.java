package dev.sentinel.audit.redact;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Numbers of payment cards (ISO/IEC 7812): the lengths and first digits that issuers use, written in one piece or in
 * the groups that are embossed, with a valid check digit (Luhn).
 */
final class CardNumbers {
    private static final int MAX_DIGITS = 19;
    private static final int GROUP = 4;

    /** The groups of cards that are not written in fours. */
    private static final int[] FIFTEEN = {4, 6, 5};

    private static final int[] FOURTEEN = {4, 6, 4};
    private static final int[] SIXTEEN = {4, 4, 4, 4};
    private static final int[] NINETEEN = {4, 4, 4, 4, 3};

    private static final int[][] GROUPS = {NINETEEN, SIXTEEN, FIFTEEN, FOURTEEN};

    /** How far before a number a word may indicate a card. */
    private static final int HINT_REACH = 32;

    private static final List<String> HINTS = RuleFiles.ordered("hints").stream()
            .map(hint -> hint.replace('_', ' '))
            .toList();

    private static final boolean[] BEGINS_HINT = Chars.tableOf(HINTS.stream()
            .map(hint -> hint.substring(0, 1))
            .map(first -> first + first.toUpperCase(Locale.ROOT))
            .collect(Collectors.joining()));

    private CardNumbers() {}

    /**
     * Where the number that begins here ends, or -1 if none does. An unbroken number needs a word before it that
     * indicates a card, because one id in ten has a valid check digit by chance.
     *
     * @param anyCard whether no such word is needed
     */
    static int end(char[] text, int from, int at, int to, boolean anyCard) {
        if (at > from && isPartOfLonger(text, from, at)) {
            return -1;
        }
        int firstEnd = digitsEnd(text, at, to);
        if (firstEnd - at >= 13) {
            boolean card = endsNumber(text, firstEnd, to) && isCard(text, at, firstEnd);
            return card && (anyCard || isNamed(text, from, at)) ? firstEnd : -1;
        }
        if (firstEnd - at != GROUP || firstEnd == to || (text[firstEnd] != ' ' && text[firstEnd] != '-')) {
            return -1;
        }
        for (int[] groups : GROUPS) {
            int end = grouped(text, at, to, groups);
            if (end > 0 && isCard(text, at, end)) {
                return end;
            }
        }
        return -1;
    }

    private static boolean isNamed(char[] text, int from, int at) {
        for (int i = Math.max(from, at - HINT_REACH); i < at; i++) {
            char first = text[i];
            if (first >= Terms.ASCII || !BEGINS_HINT[first]) {
                continue;
            }
            for (String hint : HINTS) {
                if (Chars.startsWithIgnoringCase(text, i, at, hint)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The end of the digits, no further than what could still be a card. */
    private static int digitsEnd(char[] text, int at, int to) {
        int end = Math.min(to, at + MAX_DIGITS + 1);
        int i = at;
        while (i < end && Chars.isDigit(text[i])) {
            i++;
        }
        return i;
    }

    private static int grouped(char[] text, int at, int to, int[] groups) {
        int i = at;
        for (int group = 0; group < groups.length; group++) {
            if (group > 0) {
                if (i >= to || (text[i] != ' ' && text[i] != '-') || text[i] != text[at + GROUP]) {
                    return -1;
                }
                i++;
            }
            int end = i + groups[group];
            if (end > to) {
                return -1;
            }
            for (; i < end; i++) {
                if (!Chars.isDigit(text[i])) {
                    return -1;
                }
            }
        }
        return endsNumber(text, i, to) ? i : -1;
    }

    private static boolean isPartOfLonger(char[] text, int from, int at) {
        char before = text[at - 1];
        return before == '.' || before == '+' || !Escapes.startsWord(text, from, at);
    }

    private static boolean endsNumber(char[] text, int end, int to) {
        if (end == to) {
            return true;
        }
        char after = text[end];
        boolean goesOn = (after == '.' || after == '-') && end + 1 < to && Chars.isDigit(text[end + 1]);
        return !goesOn && !Chars.isLetter(after) && !Chars.isDigit(after) && after != '_';
    }

    private static boolean isCard(char[] text, int at, int end) {
        int prefix = 0;
        int digits = 0;
        for (int i = at; i < end; i++) {
            if (Chars.isDigit(text[i])) {
                prefix = digits < 4 ? prefix * 10 + (text[i] - '0') : prefix;
                digits++;
            }
        }
        return isIssued(prefix, digits) && hasCheckDigit(text, at, end);
    }

    /** By the ranges that the large schemes issue from; most other numbers of this length are ids and times. */
    private static boolean isIssued(int prefix, int digits) {
        int two = prefix / 100;
        return switch (digits) {
            case 13, 19 -> prefix / 1000 == 4 || (digits == 19 && isMaestroOrUnionPay(two));
            case 14 -> (prefix >= 3000 && prefix <= 3059) || two == 36 || two == 38 || two == 39;
            case 15 -> two == 34 || two == 37;
            case 16 ->
                prefix / 1000 == 4
                        || (two >= 51 && two <= 55)
                        || (prefix >= 2221 && prefix <= 2720)
                        || (prefix >= 3528 && prefix <= 3589)
                        || isMaestroOrUnionPay(two);
            case 17, 18 -> isMaestroOrUnionPay(two);
            default -> false;
        };
    }

    private static boolean isMaestroOrUnionPay(int two) {
        return two == 50 || (two >= 56 && two <= 69);
    }

    private static boolean hasCheckDigit(char[] text, int at, int end) {
        int sum = 0;
        boolean twice = false;
        for (int i = end - 1; i >= at; i--) {
            if (!Chars.isDigit(text[i])) {
                continue;
            }
            int digit = (text[i] - '0') * (twice ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
            twice = !twice;
        }
        return sum % 10 == 0;
    }
}
