package dev.sentinel.audit.event;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes a JSON value or the members of an object; the method that takes it says which. */
@FunctionalInterface
public interface JsonContent {
    void writeTo(JsonGenerator json) throws IOException;
}
