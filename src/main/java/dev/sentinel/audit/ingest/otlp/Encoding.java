package dev.sentinel.audit.ingest.otlp;

import com.google.protobuf.CodedOutputStream;
import dev.sentinel.audit.http.JsonBuffer;
import dev.sentinel.audit.ingest.otlp.wire.Decoder;
import dev.sentinel.audit.ingest.otlp.wire.Signal;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The encoding of a request, in which it is also answered. */
enum Encoding {
    PROTOBUF("application/x-protobuf", Decoder.PROTOBUF) {
        @Override
        Buffer success(Signal signal, long rejected, String message) {
            return rejected == 0 && message.isEmpty()
                    ? Buffer.buffer()
                    : protobuf(answer -> answer.writeByteArray(
                            1,
                            protobuf(partial -> {
                                        if (rejected != 0) {
                                            partial.writeInt64(1, rejected);
                                        }
                                        partial.writeString(2, message);
                                    })
                                    .getBytes()));
        }

        @Override
        Buffer status(String message) {
            return protobuf(status -> status.writeString(2, message));
        }
    },

    JSON("application/json", Decoder.JSON) {
        @Override
        Buffer success(Signal signal, long rejected, String message) {
            return JsonBuffer.object(json -> {
                if (rejected != 0 || !message.isEmpty()) {
                    json.writeObjectFieldStart("partialSuccess");
                    if (rejected != 0) {
                        // 64 bits are a string.
                        json.writeStringField(counted(signal), Long.toString(rejected));
                    }
                    json.writeStringField("errorMessage", message);
                    json.writeEndObject();
                }
            });
        }

        @Override
        Buffer status(String message) {
            return JsonBuffer.object(json -> json.writeStringField("message", message));
        }
    };

    private final String mediaType;
    private final Decoder decoder;

    Encoding(String mediaType, Decoder decoder) {
        this.mediaType = mediaType;
        this.decoder = decoder;
    }

    /** Of the header Content-Type, whatever its parameters; null for another one. */
    static @Nullable Encoding of(@Nullable String header) {
        if (header == null) {
            return null;
        }
        return switch (header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
            case "application/x-protobuf", "application/protobuf" -> PROTOBUF;
            case "application/json" -> JSON;
            default -> null;
        };
    }

    String mediaType() {
        return mediaType;
    }

    Decoder decoder() {
        return decoder;
    }

    /**
     * The answer to a request that was taken: {@code ExportTraceServiceResponse} and those of the other signals, which
     * have the same numbers.
     *
     * @param rejected records that were not taken
     * @param message why; a warning if none was rejected; empty if all is well
     */
    abstract Buffer success(Signal signal, long rejected, String message);

    /** A {@code google.rpc.Status} with a message only: the code is that of HTTP. */
    abstract Buffer status(String message);

    private static String counted(Signal signal) {
        return switch (signal) {
            case TRACES -> "rejectedSpans";
            case LOGS -> "rejectedLogRecords";
            case METRICS -> "rejectedDataPoints";
        };
    }

    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static Buffer protobuf(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
