/**
 * Who may do what: keys, their scopes, and the port to where keys are kept. Nothing here knows HTTP or SQL.
 *
 * <p>Load-bearing: a key's secret has 256 random bits, so its plain SHA-256 cannot be guessed back and a slow hash
 * would only cost every request; the secret is shown once and is in no object after that; once there has been a key
 * there is protection for ever, because revoking the last one must not open the door.
 */
@NullMarked
package dev.sentinel.audit.keys;

import org.jspecify.annotations.NullMarked;
