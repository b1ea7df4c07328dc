/**
 * Reads CloudEvents 1.0 (cloudevents/spec: {@code spec.md}, {@code formats/json-format.md} and
 * {@code bindings/http-protocol-binding.md}) as audit events: the data may be one, and what it does not say comes from
 * the attributes.
 *
 * <p>Load-bearing: a message goes through {@link dev.sentinel.audit.event.DraftReader}, so the rules for it are those
 * for every other event, and nothing is stored that was not redacted. The id of an event depends on {@code source} and
 * {@code id} only, because the specification says that two messages in which both are equal are duplicates; except that
 * the data may be one of our events, with an id of its own.
 */
@NullMarked
package dev.sentinel.audit.ingest.cloudevents;

import org.jspecify.annotations.NullMarked;
