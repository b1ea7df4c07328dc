package dev.sentinel.audit.ingest.otlp.wire;

import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.FIXED64;
import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.LENGTH;
import static dev.sentinel.audit.ingest.otlp.wire.ProtobufInput.VARINT;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads attributes and values (opentelemetry-proto: {@code common/v1/common.proto}). One thread. */
final class ProtobufValues {
    /** Deeper values are left out: each level takes a part of the stack. */
    static final int MAX_DEPTH = 100;

    private final ProtobufInput in;

    ProtobufValues(ProtobufInput in) {
        this.in = in;
    }

    /** What a message of a value or an attribute has said so far. */
    private static final class Draft {
        private Text key = Text.of("");

        /** Null if it cannot be read. */
        private @Nullable Value value = Empty.EMPTY;
    }

    /** Reads one {@code KeyValue}. */
    void attribute(Attributes.Builder into, Room room, int depth) throws IOException, MalformedRequestException {
        Draft draft = new Draft();
        boolean valid = in.messageIfValid(tag -> {
            switch (tag) {
                case 1 << 3 | LENGTH -> draft.key = in.text(room);
                case 2 << 3 | LENGTH -> draft.value = value(room, depth);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (valid && draft.value != null && !draft.key.isEmpty() && room.takeValue()) {
            into.put(draft.key.string(), draft.value);
        } else {
            into.malformed();
        }
    }

    /** Reads an {@code AnyValue}; null if it cannot be read. */
    @Nullable
    Value value(Room room, int depth) throws IOException, MalformedRequestException {
        Draft draft = new Draft();
        boolean valid = in.messageIfValid(tag -> read(tag, draft, room, depth));
        return valid && room.takeValue() ? draft.value : null;
    }

    private boolean read(int tag, Draft draft, Room room, int depth) throws IOException, MalformedRequestException {
        if (depth >= MAX_DEPTH && (tag == (5 << 3 | LENGTH) || tag == (6 << 3 | LENGTH))) {
            draft.value = null;
            return false;
        }
        switch (tag) {
            case 1 << 3 | LENGTH -> draft.value = in.text(room);
            case 2 << 3 | VARINT -> draft.value = new Flag(in.flag());
            case 3 << 3 | VARINT -> draft.value = new Whole(in.int64());
            case 4 << 3 | FIXED64 -> draft.value = new Real(in.real());
            case 5 << 3 | LENGTH -> draft.value = items(room, depth + 1);
            case 6 << 3 | LENGTH -> draft.value = members(room, depth + 1);
            case 7 << 3 | LENGTH -> {
                byte[] bytes = in.bytes(room);
                draft.value = bytes == null ? null : Bytes.owned(bytes);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private @Nullable Value items(Room room, int depth) throws IOException, MalformedRequestException {
        List<Value> values = new ArrayList<>();
        boolean[] complete = {true};
        in.message(tag -> {
            if (tag != (1 << 3 | LENGTH)) {
                return false;
            }
            Value value = value(room, depth);
            if (value == null) {
                complete[0] = false;
            } else {
                values.add(value);
            }
            return true;
        });
        return complete[0] ? new Items(values) : null;
    }

    private Value members(Room room, int depth) throws IOException, MalformedRequestException {
        Attributes.Builder members = Attributes.builder();
        in.message(tag -> {
            if (tag != (1 << 3 | LENGTH)) {
                return false;
            }
            attribute(members, room, depth);
            return true;
        });
        return new Members(members.build());
    }
}
