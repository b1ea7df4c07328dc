package dev.sentinel.audit.ingest.otlp.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads protobuf field by field. Fields that are unknown, or of an unexpected wire type, are skipped. One thread.
 *
 * <p>Methods throw {@link InvalidProtocolBufferException} for what is malformed, and other exceptions only from the
 * stream.
 */
final class ProtobufInput {
    private static final int BUFFER = 64 * 1024;

    // Wire types (protobuf.dev/programming-guides/encoding).
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;

    private final CodedInputStream in;

    /** What is read, if it is all in memory; texts are then parts of it. */
    private final byte @Nullable [] body;

    ProtobufInput(byte[] body) {
        this.in = CodedInputStream.newInstance(body);
        this.body = body;
    }

    ProtobufInput(InputStream stream) {
        this.in = CodedInputStream.newInstance(stream, BUFFER);
        this.body = null;
    }

    /** Reads the value of one field if it knows the tag; returns whether it did. */
    @FunctionalInterface
    interface Fields {
        boolean read(int tag) throws IOException, MalformedRequestException;
    }

    /** Reads fields to the end of the message, or of the request. */
    void fields(Fields known) throws IOException, MalformedRequestException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!known.read(tag) && !in.skipField(tag)) {
                throw malformed();
            }
        }
        if (in.getBytesUntilLimit() > 0) {
            throw malformed();
        }
    }

    /** Reads a message inside of another one. */
    void message(Fields known) throws IOException, MalformedRequestException {
        int outer = in.pushLimit(in.readRawVarint32());
        try {
            fields(known);
        } finally {
            in.popLimit(outer);
        }
    }

    /**
     * Reads a message inside of another one. Returns whether it was well-formed; if not, its rest is skipped, because
     * its length is known. Throws only if the request ends within the message.
     */
    boolean messageIfValid(Fields known) throws IOException, MalformedRequestException {
        int outer = in.pushLimit(in.readRawVarint32());
        try {
            fields(known);
            return true;
        } catch (InvalidProtocolBufferException e) {
            in.skipRawBytes(in.getBytesUntilLimit());
            return false;
        } finally {
            in.popLimit(outer);
        }
    }

    /** Reads a text, or its beginning if there is too little room. */
    Text text(Room room) throws IOException {
        int length = length();
        int held = Math.min(length, room.forText());
        room.take(held);
        if (body != null) {
            int from = in.getTotalBytesRead();
            in.skipRawBytes(length);
            return held == length
                    ? Text.owned(body, from, length)
                    : Text.cut(Arrays.copyOfRange(body, from, from + held), length);
        }
        byte[] bytes = in.readRawBytes(held);
        in.skipRawBytes(length - held);
        return held == length ? Text.owned(bytes, 0, held) : Text.cut(bytes, length);
    }

    /** Reads bytes; null if there is too little room. */
    byte @Nullable [] bytes(Room room) throws IOException {
        int length = length();
        if (length > room.forText()) {
            in.skipRawBytes(length);
            return null;
        }
        room.take(length);
        return in.readRawBytes(length);
    }

    Id id(Id.Kind kind) throws IOException {
        int length = length();
        byte[] bytes = in.readRawBytes(Math.min(length, kind.maxLength() + 1));
        in.skipRawBytes(length - bytes.length);
        return Id.ofBytes(bytes, kind);
    }

    private int length() throws IOException {
        int length = in.readRawVarint32();
        if (length < 0) {
            throw malformed();
        }
        return length;
    }

    long fixed64() throws IOException {
        return in.readFixed64();
    }

    /** A number of 64 bits. */
    long int64() throws IOException {
        return in.readInt64();
    }

    /** An enum or a number of 32 bits. */
    int int32() throws IOException {
        return in.readInt32();
    }

    double real() throws IOException {
        return in.readDouble();
    }

    boolean flag() throws IOException {
        return in.readBool();
    }

    private static InvalidProtocolBufferException malformed() {
        return new InvalidProtocolBufferException("malformed");
    }
}
