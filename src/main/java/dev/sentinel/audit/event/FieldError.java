package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/**
 * An error in one part of an event.
 *
 * @param pointer the invalid part, as an RFC 6901 JSON pointer relative to the event ("" is the event itself)
 * @param detail a text for people; contains no value that the client sent
 */
public record FieldError(String pointer, String detail) {

    /** Writes the member {@code errors} of the object that is open. */
    public static void write(JsonGenerator json, List<FieldError> errors) throws IOException {
        json.writeArrayFieldStart("errors");
        for (FieldError error : errors) {
            json.writeStartObject();
            json.writeStringField("pointer", error.pointer);
            json.writeStringField("detail", error.detail);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
