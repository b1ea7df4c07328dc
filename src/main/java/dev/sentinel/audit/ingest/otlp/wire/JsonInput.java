package dev.sentinel.audit.ingest.otlp.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of OTLP leniently: numbers may be strings and strings numbers, null means absent, and what has an
 * unexpected kind is skipped. Every method reads the value at which the parser stands, to its end. One thread.
 *
 * <p>Methods throw {@link com.fasterxml.jackson.core.JacksonException} for what is not JSON, and other exceptions only
 * from the stream.
 */
final class JsonInput implements AutoCloseable {
    /** Characters of one string; it is in memory before its beginning is taken. */
    private static final int MAX_STRING = 16 << 20;

    private static final int MAX_NAME = 1 << 20;

    /** Longer numbers, and those with larger exponents, are no number of OTLP. */
    private static final int MAX_DIGITS = 400;

    /** Characters. */
    private static final int SHORT = 256;

    private static final int MAX_INTEGER_DIGITS = 20;

    /** As many digits always fit into 63 bits. */
    private static final int SAFE_DIGITS = 18;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The parser does not recurse, so depth costs only memory. What is not skipped is bounded by the reader. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(10_000)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_STRING)
                    .build())
            // Python writes them, although they are not JSON.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final JsonParser parser;

    JsonInput(InputStream body) throws IOException {
        // A reader, because it replaces invalid UTF-8, which the parser would refuse.
        parser = JSON.createParser(new InputStreamReader(withoutMark(body), StandardCharsets.UTF_8));
    }

    private static InputStream withoutMark(InputStream body) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body, BYTE_ORDER_MARK.length);
        byte[] first = in.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
            in.unread(first);
        }
        return in;
    }

    /** Reads the value of one member if it knows the name; returns whether it did. */
    @FunctionalInterface
    interface Members {
        boolean read(String name) throws IOException, MalformedRequestException;
    }

    /** Reads one element of an array. */
    @FunctionalInterface
    interface Element {
        void read() throws IOException, MalformedRequestException;
    }

    /** Goes to the next token; false at the end of the body. */
    boolean next() throws IOException {
        return parser.nextToken() != null;
    }

    boolean isObject() {
        return parser.hasToken(JsonToken.START_OBJECT);
    }

    boolean isArray() {
        return parser.hasToken(JsonToken.START_ARRAY);
    }

    boolean isNull() {
        return parser.hasToken(JsonToken.VALUE_NULL);
    }

    JsonToken token() {
        return parser.currentToken();
    }

    /** Reads an object; skips anything else. */
    void object(Members known) throws IOException, MalformedRequestException {
        if (!isObject()) {
            skip();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (!known.read(name)) {
                skip();
            }
        }
    }

    /** Reads an array; skips anything else. */
    void array(Element element) throws IOException, MalformedRequestException {
        if (!isArray()) {
            skip();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    /** The text of a string, number or flag; null, after skipping it, of anything else. */
    @Nullable
    Text text(Room room) throws IOException {
        if (!parser.currentToken().isScalarValue() || isNull()) {
            skip();
            return null;
        }
        Utf8Sink utf8 = new Utf8Sink(room.forText());
        parser.getText(utf8);
        Text text = utf8.text();
        room.take(text.isCut() ? room.forText() : (int) text.utf8Length());
        return text;
    }

    /** As a String; empty if there is none. */
    String string(Room room) throws IOException {
        if (parser.hasToken(JsonToken.VALUE_STRING) && isShortAscii(room)) {
            room.take(parser.getTextLength());
            return parser.getText();
        }
        Text text = text(room);
        return text == null ? "" : text.string();
    }

    /** Whether a string is what it would be if it were read as a {@link Text}: names nearly always are. */
    private boolean isShortAscii(Room room) throws IOException {
        int length = parser.getTextLength();
        if (length > Math.min(SHORT, room.forText())) {
            return false;
        }
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        for (int i = from; i < from + length; i++) {
            if (chars[i] == 0 || chars[i] >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** A short scalar as it is written; null, after skipping it, of anything else. */
    @Nullable
    String shortText() throws IOException {
        if (!parser.currentToken().isScalarValue() || isNull() || parser.getTextLength() > MAX_DIGITS) {
            skip();
            return null;
        }
        return parser.getText();
    }

    Id id(Id.Kind kind) throws IOException {
        if (!parser.currentToken().isScalarValue() || isNull()) {
            skip();
            return Id.ofText("", kind);
        }
        String text = parser.getText();
        return Id.ofText(text.length() > kind.maxLength() ? text.substring(0, kind.maxLength()) : text, kind);
    }

    /** A signed number of 64 bits, as a number or a string; null if it is none. */
    @Nullable
    Long int64() throws IOException {
        String text = shortText();
        long digits = text == null ? -1 : ofDigits(text);
        if (digits >= 0) {
            return digits;
        }
        BigDecimal number = integer(text);
        try {
            return number == null ? null : number.longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** An unsigned number of 64 bits; 0 if it is none. */
    long unsigned64() throws IOException {
        String text = shortText();
        long digits = text == null ? -1 : ofDigits(text);
        if (digits >= 0) {
            return digits;
        }
        BigDecimal number = integer(text);
        return number == null || number.signum() < 0 || number.toBigInteger().bitLength() > Long.SIZE
                ? 0
                : number.longValue();
    }

    /** What digits say, as nearly every sender writes numbers; -1 if there is anything else, or more than 63 bits. */
    private static long ofDigits(String text) {
        int length = text.length();
        if (length == 0 || length > SAFE_DIGITS + 1 || (length > SAFE_DIGITS && text.charAt(0) == '9')) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** An integer with few digits; never through a double, which has only 53 bits. */
    private static @Nullable BigDecimal integer(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text.strip()).stripTrailingZeros();
            // First: 1e999999999 would be expanded.
            return number.scale() <= 0 && (long) number.precision() - number.scale() <= MAX_INTEGER_DIGITS
                    ? number
                    : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** As a number or as a string; null if it is none. */
    @Nullable
    Double real() throws IOException {
        String text = shortText();
        try {
            return text == null ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Also {@code "true"}; null if it is none. */
    @Nullable
    Boolean flag() throws IOException {
        String text = shortText();
        return "true".equals(text) ? Boolean.TRUE : "false".equals(text) ? Boolean.FALSE : null;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
