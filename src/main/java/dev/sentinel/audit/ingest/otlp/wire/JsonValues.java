package dev.sentinel.audit.ingest.otlp.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads attributes and values from JSON. One thread. */
final class JsonValues {
    private final JsonInput in;

    JsonValues(JsonInput in) {
        this.in = in;
    }

    /** A list of {@code KeyValue}; also an object, which some senders write instead. */
    Attributes attributes(Room room) throws IOException, MalformedRequestException {
        return attributes(room, 0);
    }

    private Attributes attributes(Room room, int depth) throws IOException, MalformedRequestException {
        Attributes.Builder attributes = Attributes.builder();
        if (in.isObject()) {
            in.object(name -> {
                put(attributes, Text.of(name).string(), value(room, depth), room);
                return true;
            });
        } else if (in.isArray()) {
            in.array(() -> attribute(attributes, room, depth));
        } else {
            if (!in.isNull()) {
                attributes.malformed();
            }
            in.skip();
        }
        return attributes.build();
    }

    /** What a value or an attribute has said so far. */
    private static final class Draft {
        private String key = "";

        /** Null if it cannot be read. */
        private @Nullable Value value = Empty.EMPTY;
    }

    private void attribute(Attributes.Builder into, Room room, int depth)
            throws IOException, MalformedRequestException {
        Draft draft = new Draft();
        in.object(name -> {
            switch (name) {
                case "key" -> draft.key = in.string(room);
                case "value" -> draft.value = value(room, depth);
                default -> {
                    return false;
                }
            }
            return true;
        });
        put(into, draft.key, draft.value, room);
    }

    private static void put(Attributes.Builder into, String key, @Nullable Value value, Room room) {
        if (value == null || key.isEmpty() || !room.takeValue()) {
            into.malformed();
        } else {
            into.put(key, value);
        }
    }

    /** An {@code AnyValue}, or a scalar that stands for itself; null if it cannot be read. */
    @Nullable
    Value value(Room room, int depth) throws IOException, MalformedRequestException {
        Value value =
                switch (in.token()) {
                    case VALUE_NULL -> Empty.EMPTY;
                    case VALUE_STRING -> in.text(room);
                    case VALUE_TRUE, VALUE_FALSE -> flag();
                    case VALUE_NUMBER_INT -> whole();
                    case VALUE_NUMBER_FLOAT -> real();
                    case START_OBJECT -> anyValue(room, depth);
                    default -> {
                        in.skip();
                        yield null;
                    }
                };
        return room.takeValue() ? value : null;
    }

    private @Nullable Value anyValue(Room room, int depth) throws IOException, MalformedRequestException {
        Draft draft = new Draft();
        in.object(name -> {
            // Null is the default of every member: no value.
            if (in.isNull()) {
                return false;
            }
            switch (name) {
                case "stringValue" -> draft.value = in.text(room);
                case "boolValue" -> draft.value = flag();
                case "intValue" -> draft.value = whole();
                case "doubleValue" -> draft.value = real();
                case "bytesValue" -> draft.value = bytes(room);
                case "arrayValue" -> draft.value = items(room, depth + 1);
                case "kvlistValue" -> draft.value = members(room, depth + 1);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return draft.value;
    }

    private @Nullable Value flag() throws IOException {
        Boolean flag = in.flag();
        return flag == null ? null : new Flag(flag);
    }

    private @Nullable Value whole() throws IOException {
        Long whole = in.int64();
        return whole == null ? null : new Whole(whole);
    }

    private @Nullable Value real() throws IOException {
        Double real = in.real();
        return real == null ? null : new Real(real);
    }

    /** Base64, of either alphabet, with or without padding. */
    private @Nullable Value bytes(Room room) throws IOException {
        Text text = in.text(room);
        if (text == null || text.isCut()) {
            return null;
        }
        try {
            return Bytes.owned(
                    Base64.getDecoder().decode(text.string().replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable Value items(Room room, int depth) throws IOException, MalformedRequestException {
        if (depth > ProtobufValues.MAX_DEPTH || !in.isObject()) {
            in.skip();
            return null;
        }
        List<Value> values = new ArrayList<>();
        boolean[] complete = {true};
        in.object(name -> {
            if (!name.equals("values")) {
                return false;
            }
            in.array(() -> {
                Value value = value(room, depth);
                if (value == null) {
                    complete[0] = false;
                } else {
                    values.add(value);
                }
            });
            return true;
        });
        return complete[0] ? new Items(values) : null;
    }

    private @Nullable Value members(Room room, int depth) throws IOException, MalformedRequestException {
        if (depth > ProtobufValues.MAX_DEPTH || !in.isObject()) {
            in.skip();
            return null;
        }
        Attributes[] members = {Attributes.NONE};
        in.object(name -> {
            if (!name.equals("values")) {
                return false;
            }
            members[0] = attributes(room, depth);
            return true;
        });
        return new Members(members[0]);
    }
}
