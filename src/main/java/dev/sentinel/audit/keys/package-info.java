/**
 * API keys, their scopes, and the port to the key store. Nothing here knows HTTP or SQL.
 *
 * <p>Load-bearing: a key's secret has 256 random bits, so its plain SHA-256 cannot be reversed, and a slow hash would
 * only slow down every request. The secret is shown once and is in no object after that. Once a key has existed,
 * authentication stays on, because revoking the last key must not open the server.
 */
@NullMarked
package dev.sentinel.audit.keys;

import org.jspecify.annotations.NullMarked;
