package dev.sentinel.audit.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Reads the JSON of OTLP into generated messages: ids are hexadecimal, enums are numbers. */
final class MessageReader {
    private MessageReader() {}

    /** @param empty a message of the type to read */
    static Message read(JsonObject json, Message empty) {
        Message.Builder message = empty.newBuilderForType();
        for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
            Object value = json.getValue(field.getJsonName());
            if (value instanceof JsonArray array) {
                array.forEach(each -> message.addRepeatedField(field, value(field, each, message)));
            } else if (value != null) {
                message.setField(field, value(field, value, message));
            }
        }
        return message.build();
    }

    private static Object value(FieldDescriptor field, Object json, Message.Builder parent) {
        return switch (field.getType()) {
            case MESSAGE ->
                read((JsonObject) json, parent.newBuilderForField(field).buildPartial());
            case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(((Number) json).intValue());
            case BYTES -> ByteString.fromHex((String) json);
            case INT64, FIXED64 -> Long.parseUnsignedLong(json.toString());
            case UINT32, FIXED32 -> ((Number) json).intValue();
            case DOUBLE -> ((Number) json).doubleValue();
            default -> json;
        };
    }
}
