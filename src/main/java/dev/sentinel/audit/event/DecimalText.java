package dev.sentinel.audit.event;

/**
 * Adds to an integer of any length, as text. A {@code BigInteger} would take time quadratic in the length, and clients
 * choose the length.
 */
final class DecimalText {
    /** A long holds all integers with this many digits, and the sum of two of them. */
    private static final int LONG_DIGITS = 18;

    private DecimalText() {}

    /**
     * The sum in canonical form: no leading zeros, a sign only if it is negative. Linear in the length.
     *
     * @param integer digits with an optional sign and leading zeros
     * @param addend absolute value below 10^18
     */
    static String plus(String integer, long addend) {
        boolean signed = !integer.isEmpty() && (integer.charAt(0) == '-' || integer.charAt(0) == '+');
        boolean negative = integer.startsWith("-");
        int first = signed ? 1 : 0;
        while (first < integer.length() && integer.charAt(first) == '0') {
            first++;
        }
        String digits = integer.substring(first);
        if (digits.length() <= LONG_DIGITS) {
            long value = digits.isEmpty() ? 0 : Long.parseLong(digits);
            return Long.toString((negative ? -value : value) + addend);
        }
        // The absolute value is larger than the addend, so the sign stays.
        return (negative ? "-" : "") + plusDigits(digits, negative ? -addend : addend);
    }

    private static String plusDigits(String digits, long addend) {
        char[] sum = digits.toCharArray();
        long carry = addend;
        for (int i = sum.length - 1; i >= 0 && carry != 0; i--) {
            long digit = sum[i] - '0' + carry;
            sum[i] = (char) ('0' + Math.floorMod(digit, 10));
            carry = Math.floorDiv(digit, 10);
        }
        String text = new String(sum);
        if (carry > 0) {
            return carry + text;
        }
        int first = 0;
        while (text.charAt(first) == '0') {
            first++;
        }
        return text.substring(first);
    }
}
