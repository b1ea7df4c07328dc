package dev.sentinel.audit.event;

import java.util.Locale;

/**
 * The exact value of a JSON number, whatever its spelling: 1, 1.0 and 10e-1 are equal. Text only, because a number with
 * a large exponent must not be computed.
 *
 * @param digits without leading or trailing zeros; empty for zero
 * @param exponent of ten, that the last digit is multiplied with
 */
record JsonNumber(boolean negative, String digits, String exponent) {

    /** Longer exponents are compared by their spelling. */
    private static final int MAX_EXPONENT_DIGITS = 17;

    static JsonNumber of(String text) {
        String number = text.toLowerCase(Locale.ROOT);
        boolean negative = number.startsWith("-");
        int e = number.indexOf('e');
        String mantissa = number.substring(negative ? 1 : 0, e < 0 ? number.length() : e);
        int point = mantissa.indexOf('.');
        int fraction = point < 0 ? 0 : mantissa.length() - point - 1;
        String digits = stripLeadingZeros(mantissa.replace(".", ""));
        String significant = stripTrailingZeros(digits);
        if (significant.isEmpty()) {
            return new JsonNumber(false, "", "0");
        }
        String exponent = e < 0 ? "0" : number.substring(e + 1);
        if (exponent.length() > MAX_EXPONENT_DIGITS) {
            return new JsonNumber(negative, mantissa, exponent);
        }
        long shifted = Long.parseLong(exponent) - fraction + (digits.length() - significant.length());
        return new JsonNumber(negative, significant, Long.toString(shifted));
    }

    private static String stripLeadingZeros(String digits) {
        int from = 0;
        while (from < digits.length() && digits.charAt(from) == '0') {
            from++;
        }
        return digits.substring(from);
    }

    private static String stripTrailingZeros(String digits) {
        int to = digits.length();
        while (to > 0 && digits.charAt(to - 1) == '0') {
            to--;
        }
        return digits.substring(0, to);
    }
}
