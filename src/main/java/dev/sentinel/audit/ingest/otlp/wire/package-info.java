/**
 * The records of OTLP 1.x (opentelemetry-proto: {@code trace/v1/trace.proto}, {@code logs/v1/logs.proto}) and the two
 * decoders that read them, from protobuf and from JSON. It knows nothing of events, of HTTP or of this server.
 *
 * <p>Load-bearing: the decoders call a {@link dev.sentinel.audit.ingest.otlp.wire.RecordVisitor} record by record and
 * hold one at a time, so a request may be many times larger than the memory that it uses. A text stays UTF-8 bytes
 * until somebody asks for its characters, so that what is dropped costs a copy of bytes at most.
 */
@NullMarked
package dev.sentinel.audit.ingest.otlp.wire;

import org.jspecify.annotations.NullMarked;
