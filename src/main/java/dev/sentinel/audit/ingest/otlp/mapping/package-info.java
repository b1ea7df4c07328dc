/**
 * Makes audit events of OpenTelemetry spans and log records.
 *
 * <p>What each agent sends and what becomes of it is data: the tables beside this package's resources, one file for
 * each emitter ({@code index.txt} explains them). {@link dev.sentinel.audit.ingest.otlp.mapping.Mapping} holds them
 * parsed, {@link dev.sentinel.audit.ingest.otlp.mapping.OtlpRequest} applies them to the records of one request.
 *
 * <p>Load-bearing: secrets are redacted before anything is cut or hashed, because half a token escapes its pattern and
 * a hash of a short secret is that secret. Ids depend on the record alone, not on the request that brought it, so that
 * a retry in another batch stores nothing twice. No record is refused for its size: it is cut until it obeys the limits
 * of the wire contract, so that an event that is built here, written and read again, is the same event.
 */
@NullMarked
package dev.sentinel.audit.ingest.otlp.mapping;

import org.jspecify.annotations.NullMarked;
