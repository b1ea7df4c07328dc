/**
 * The audit event and its JSON form. Nothing here knows Vert.x, HTTP or SQL, so that importers can use it as well as
 * the server.
 *
 * <p>{@link dev.sentinel.audit.event.EventReader} is the only way from bytes to an
 * {@link dev.sentinel.audit.event.AuditEvent}, so that every source of events obeys the same rules.
 * {@link dev.sentinel.audit.event.EventWriter} is the only way back. What the server itself records begins as an
 * {@link dev.sentinel.audit.event.EventDraft} and goes the same way.
 *
 * <p>Load-bearing: the encoding is validated before a parser reads the body, because Jackson would guess UTF-16 and
 * decoders replace invalid bytes. Metadata is copied token by token with numbers as text, because a double would change
 * what the client sent. Recursion over client input is bounded in depth. A parser keeps no state for the next one, so
 * that no client can fill a table that outlives its request.
 */
@NullMarked
package dev.sentinel.audit.event;

import org.jspecify.annotations.NullMarked;
