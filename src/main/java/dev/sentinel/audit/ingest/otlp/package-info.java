/**
 * Receives traces and logs of OpenTelemetry: OTLP/HTTP 1.x, in protobuf and JSON (opentelemetry-proto:
 * {@code docs/specification.md}). Its answers are those of the protocol: a record that is not taken is counted in a
 * partial success, and an error is a {@code google.rpc.Status}.
 *
 * <p>Load-bearing: 200 means that every event that was made of the request is durable. An exporter repeats a request
 * only for 429, 502, 503 and 504, so all that may pass is one of these, and all that is lost by any other answer is
 * lost for good. Repeated events have the ids of the first ones.
 */
@NullMarked
package dev.sentinel.audit.ingest.otlp;

import org.jspecify.annotations.NullMarked;
