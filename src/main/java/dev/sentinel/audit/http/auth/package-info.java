/**
 * The door: who a request comes from, and whether it may pass. Keys are read by
 * {@link dev.sentinel.audit.http.auth.KeysVerticle}, a worker; the event loops see them as an immutable
 * {@link dev.sentinel.audit.keys.KeyRing} in {@link dev.sentinel.audit.http.auth.CurrentKeys}, so a request waits for
 * nobody.
 *
 * <p>Load-bearing: {@link dev.sentinel.audit.http.auth.Authentication} guards whole paths, mounted before everything
 * else, so a resource that is added later is guarded too; and {@link dev.sentinel.audit.http.Caller} fails where nobody
 * has guarded.
 */
@NullMarked
package dev.sentinel.audit.http.auth;

import org.jspecify.annotations.NullMarked;
