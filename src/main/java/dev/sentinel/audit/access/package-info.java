/**
 * The door: who a request comes from, and whether it may pass. Keys are read by {@link
 * dev.sentinel.audit.access.KeysVerticle}, a worker; the event loops see them as an immutable {@link
 * dev.sentinel.audit.auth.KeyRing} in {@link dev.sentinel.audit.access.CurrentKeys}, so a request waits for nobody.
 *
 * <p>Load-bearing: {@link dev.sentinel.audit.access.Authentication} guards whole paths, mounted before everything else, so
 * a resource that is added later is guarded too; and {@link dev.sentinel.audit.http.Caller} fails where nobody has guarded.
 */
@NullMarked
package dev.sentinel.audit.access;

import org.jspecify.annotations.NullMarked;
