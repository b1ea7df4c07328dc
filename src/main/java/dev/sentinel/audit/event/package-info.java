/**
 * The audit event and its JSON form. Nothing here knows Vert.x, HTTP or SQL: the package is what a client library, an
 * importer and the server have in common.
 *
 * <p>{@link dev.sentinel.audit.event.EventReader} is the only way from bytes to an
 * {@link dev.sentinel.audit.event.AuditEvent}, so that every way in obeys the same rules;
 * {@link dev.sentinel.audit.event.EventWriter} is the only way back.
 *
 * <p>Load-bearing: the encoding is checked before a parser sees the body, because Jackson would guess at UTF-16 and
 * decoders replace what they cannot read; metadata is copied token by token with numbers as text, because a double
 * would change what the client said; nothing recurses over client input without a bound on its depth; and a parser
 * keeps nothing for the next one, so that no client can fill a table that outlives its request.
 */
@NullMarked
package dev.sentinel.audit.event;

import org.jspecify.annotations.NullMarked;
