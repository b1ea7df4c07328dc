/**
 * Authentication and authorization: which key a request belongs to, and what it may do. Keys are read by
 * {@link dev.sentinel.audit.http.auth.KeysVerticle} once a second; the event loops see them as an immutable
 * {@link dev.sentinel.audit.keys.KeyRing} in {@link dev.sentinel.audit.http.auth.CurrentKeys}, so no request waits for
 * the key store.
 *
 * <p>Invariants: {@link dev.sentinel.audit.http.auth.Authentication} guards whole paths and is mounted before
 * everything else, so a resource that is added later is guarded too; and {@link dev.sentinel.audit.http.Caller} fails
 * on an unguarded path.
 */
@NullMarked
package dev.sentinel.audit.http.auth;

import org.jspecify.annotations.NullMarked;
