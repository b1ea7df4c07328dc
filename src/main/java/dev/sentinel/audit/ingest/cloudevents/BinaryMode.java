package dev.sentinel.audit.ingest.cloudevents;

import dev.sentinel.audit.model.EventLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads messages whose attributes are header fields and whose data is the body. */
final class BinaryMode {
    private static final String PREFIX = "ce-";
    private static final String CONTENT_TYPE = "content-type";
    private static final String JSON = "application/json";

    /** Fields of which each says that its request is a message: each is required in one. */
    static final List<String> SIGNS = List.of("ce-id", "ce-source", "ce-type", "ce-specversion");

    private BinaryMode() {}

    /** Throws {@link dev.sentinel.audit.event.MalformedJsonException} if the body is not the JSON that it should be. */
    static CloudEvent read(Iterable<Map.Entry<String, String>> fields, byte[] body) {
        CloudEvent event = new CloudEvent();
        String type = JSON;
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.equals(CONTENT_TYPE) && !field.getValue().isBlank()) {
                type = field.getValue();
            } else if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
                attribute(event, name.substring(PREFIX.length()), field.getValue());
            }
        }
        if (event.attribute(Attributes.DATACONTENTTYPE) == null) {
            event.attribute(Attributes.DATACONTENTTYPE, type);
        }
        if (body.length > 0) {
            String data = Payload.json(body, type);
            if (data == null) {
                event.error("/data", EventLimits.METADATA_TOO_DEEP);
            } else {
                event.data(data, type);
            }
        }
        return event;
    }

    private static void attribute(CloudEvent event, String name, String value) {
        String decoded = decoded(unquoted(value.strip()));
        if (decoded == null) {
            event.error(CloudEvent.pointer(name), "must be percent-encoded UTF-8");
        } else {
            event.attribute(name, decoded);
        }
    }

    /** Senders should not quote a value, and receivers must understand one that is. */
    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 1; i < value.length() - 1; i++) {
            char c = value.charAt(i);
            text.append(c == '\\' && i + 2 < value.length() ? value.charAt(++i) : c);
        }
        return text.toString();
    }

    /** A percent sign that begins no triple is itself. Null if the bytes are not UTF-8. */
    private static @Nullable String decoded(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        boolean encoded = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int octet = c == '%' && i + 2 < value.length() ? octet(value.charAt(i + 1), value.charAt(i + 2)) : -1;
            if (octet >= 0) {
                bytes.write(octet);
                encoded = true;
                i += 2;
            } else if (c > 0xFF) {
                return null;
            } else {
                // The server reads a header field as ISO 8859-1, whatever its bytes mean.
                bytes.write(c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            // Some clients encode nothing, and send what fits into a byte as it is.
            return encoded ? null : value;
        }
    }

    private static int octet(char high, char low) {
        int octet = Character.digit(high, 16) << 4 | Character.digit(low, 16);
        return high < 0x80 && low < 0x80 ? octet : -1;
    }
}
