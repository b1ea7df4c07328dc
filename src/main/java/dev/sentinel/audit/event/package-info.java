/**
 * The audit event and its JSON form. Nothing here knows Vert.x, HTTP or SQL: the package is what a client library, an
 * importer and the server have in common.
 *
 * <p>{@link dev.sentinel.audit.event.EventReader} is the only way from bytes to an {@link
 * dev.sentinel.audit.event.AuditEvent}, so that every way in obeys the same rules; {@link
 * dev.sentinel.audit.event.EventWriter} is the only way back.
 */
@NullMarked
package dev.sentinel.audit.event;

import org.jspecify.annotations.NullMarked;
