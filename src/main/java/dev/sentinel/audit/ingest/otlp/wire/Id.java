package dev.sentinel.audit.ingest.otlp.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An id of a trace or a span as it was sent.
 *
 * @param hex lower-case hexadecimal digits; empty if it is absent, all zero, or cannot be read
 * @param unreadable why it cannot be read; null if it can
 */
record Id(String hex, @Nullable String unreadable) {
    private static final Id NONE = new Id("", null);
    private static final HexFormat HEX = HexFormat.of();

    /** Which id of a record it is. */
    enum Kind {
        TRACE("trace id", 16),
        SPAN("span id", 8),
        PARENT("parent span id", 8);

        private final String label;
        private final int bytes;

        Kind(String label, int bytes) {
            this.label = label;
            this.bytes = bytes;
        }

        /** The longest text that may be an id, or base64 of one. */
        int maxLength() {
            return 4 * bytes;
        }
    }

    /** Of protobuf. Some senders put the hexadecimal digits into the bytes. */
    static Id ofBytes(byte[] bytes, Kind kind) {
        if (bytes.length == 0) {
            return NONE;
        }
        return bytes.length == kind.bytes
                ? known(HEX.formatHex(bytes))
                : ofText(new String(bytes, StandardCharsets.ISO_8859_1), kind, "is not " + kind.bytes + " bytes long");
    }

    /** Of JSON. */
    static Id ofText(String text, Kind kind) {
        return ofText(text, kind, "is not " + 2 * kind.bytes + " hexadecimal digits");
    }

    private static Id ofText(String text, Kind kind, String otherwise) {
        if (text.isEmpty()) {
            return NONE;
        }
        if (text.length() == 2 * kind.bytes && isHex(text)) {
            return known(text.toLowerCase(Locale.ROOT));
        }
        return new Id("", "the " + kind.label + ' ' + (isBase64(text, kind) ? "is a base64 id, not hex" : otherwise));
    }

    private static Id known(String hex) {
        for (int i = 0; i < hex.length(); i++) {
            if (hex.charAt(i) != '0') {
                return new Id(hex, null);
            }
        }
        return NONE;
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether it has the length that base64 gives to the bytes of an id, with or without padding. */
    private static boolean isBase64(String text, Kind kind) {
        String plain = text.replaceFirst("={1,2}$", "");
        return plain.length() == (kind.bytes * 8 + 5) / 6 && plain.matches("[A-Za-z0-9+/_-]+");
    }
}
