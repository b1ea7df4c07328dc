package dev.sentinel.audit.ingest.otlp.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Decodes requests. A record that cannot be read, or an attribute, is reported or left out and does not cost the
 * others. Holds one record at a time, and at most {@link Delivery#MAX_WAITING} bytes of records whose resource or scope
 * comes after them. Any thread; blocks on the stream.
 */
public enum Decoder {
    /** The encoding of protobuf. */
    PROTOBUF {
        @Override
        public TopLevel decode(byte[] body, Signal signal, RecordVisitor visitor) throws MalformedRequestException {
            return inMemory(() -> new ProtobufDecoder(new ProtobufInput(body), signal, visitor).decode());
        }

        @Override
        public TopLevel decode(InputStream body, Signal signal, RecordVisitor visitor)
                throws IOException, MalformedRequestException {
            return new ProtobufDecoder(new ProtobufInput(body), signal, visitor).decode();
        }
    },

    /** JSON with the deviations of OTLP from the JSON of protobuf: ids are hexadecimal. */
    JSON {
        @Override
        public TopLevel decode(byte[] body, Signal signal, RecordVisitor visitor) throws MalformedRequestException {
            return inMemory(() -> decode(new ByteArrayInputStream(body), signal, visitor));
        }

        @Override
        public TopLevel decode(InputStream body, Signal signal, RecordVisitor visitor)
                throws IOException, MalformedRequestException {
            return JsonDecoder.decode(body, signal, visitor);
        }
    };

    /**
     * Decodes a request that is in memory.
     *
     * @param signal traces or logs
     */
    public abstract TopLevel decode(byte[] body, Signal signal, RecordVisitor visitor) throws MalformedRequestException;

    /**
     * Decodes a request while it arrives.
     *
     * @param signal traces or logs
     * @throws IOException only from the stream
     */
    public abstract TopLevel decode(InputStream body, Signal signal, RecordVisitor visitor)
            throws IOException, MalformedRequestException;

    @FunctionalInterface
    private interface Decoding {
        TopLevel run() throws IOException, MalformedRequestException;
    }

    private static TopLevel inMemory(Decoding decoding) throws MalformedRequestException {
        try {
            return decoding.run();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}
