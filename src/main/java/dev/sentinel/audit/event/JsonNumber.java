package dev.sentinel.audit.event;

/**
 * The exact value of a JSON number in a normal form that all its spellings share: 0.digits times ten to the exponent. A
 * {@code BigDecimal} would refuse or expand the exponents that JSON allows. Takes time linear in the length of the
 * number.
 *
 * @param negative always false for zero, even if it is written as -0
 * @param digits without zeros at either end; empty for zero
 * @param exponent an integer in canonical form, of any length; "0" for zero
 */
record JsonNumber(boolean negative, String digits, String exponent) {
    private static final JsonNumber ZERO = new JsonNumber(false, "", "0");

    /** Parses a text that is a valid JSON number. */
    static JsonNumber of(String text) {
        int mantissaStart = text.charAt(0) == '-' ? 1 : 0;
        int mantissaEnd = mantissaEnd(text);
        StringBuilder digits = new StringBuilder(mantissaEnd - mantissaStart);
        // The position of the decimal point, counted from the first significant digit.
        int point = 0;
        boolean fraction = false;
        for (int i = mantissaStart; i < mantissaEnd; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                fraction = true;
                continue;
            }
            boolean leadingZero = digits.isEmpty() && c == '0';
            if (!leadingZero) {
                digits.append(c);
            }
            if (!fraction && !leadingZero) {
                point++;
            } else if (fraction && leadingZero) {
                point--;
            }
        }
        int length = digits.length();
        while (length > 0 && digits.charAt(length - 1) == '0') {
            length--;
        }
        if (length == 0) {
            return ZERO;
        }
        String exponent = mantissaEnd == text.length() ? "" : text.substring(mantissaEnd + 1);
        return new JsonNumber(mantissaStart == 1, digits.substring(0, length), DecimalText.plus(exponent, point));
    }

    private static int mantissaEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 'e' || c == 'E') {
                return i;
            }
        }
        return text.length();
    }
}
