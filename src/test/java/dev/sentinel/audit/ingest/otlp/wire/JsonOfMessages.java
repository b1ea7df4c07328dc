package dev.sentinel.audit.ingest.otlp.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes generated messages in the JSON of OTLP: ids in hexadecimal, 64 bits as strings, enums as numbers. */
final class JsonOfMessages {
    private JsonOfMessages() {}

    static String of(Message message) {
        return object(message).encode();
    }

    private static JsonObject object(Message message) {
        JsonObject json = new JsonObject();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            json.put(field.getKey().getJsonName(), value(field.getKey(), field.getValue()));
        }
        return json;
    }

    private static Object value(FieldDescriptor field, Object value) {
        return field.isRepeated()
                ? new JsonArray(((List<?>) value)
                        .stream().map(each -> single(field, each)).toList())
                : single(field, value);
    }

    private static Object single(FieldDescriptor field, Object value) {
        return switch (field.getType()) {
            case MESSAGE -> object((Message) value);
            case ENUM -> ((EnumValueDescriptor) value).getNumber();
            case BYTES -> bytes(field, (ByteString) value);
            case INT64 -> value.toString();
            case FIXED64 -> Long.toUnsignedString((Long) value);
            case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
            case DOUBLE -> ((Double) value).isNaN() ? "NaN" : value;
            default -> value;
        };
    }

    private static String bytes(FieldDescriptor field, ByteString value) {
        return field.getName().endsWith("_id")
                ? HexFormat.of().withUpperCase().formatHex(value.toByteArray())
                : Base64.getEncoder().encodeToString(value.toByteArray());
    }
}
