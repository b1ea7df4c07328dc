/**
 * Recognizes secrets and removes them from text. Knows neither events nor JSON, so that the client library applies the
 * same rules as the server.
 *
 * <p>A secret is recognized by its name ({@link dev.sentinel.audit.redact.SecretKeys}) or by its shape
 * ({@link dev.sentinel.audit.redact.ShapeScanner}). When in doubt, the rules redact: a false positive is a nuisance,
 * but a missed secret ends up on every disk and in every backup.
 *
 * <p>Load-bearing: everything here runs for every string of every event, on untrusted text. Each rule reads a character
 * a bounded number of times, whatever the text. There are no regular expressions, because their cost is not bounded. A
 * change of what is found must increment {@link dev.sentinel.audit.redact.RedactionRules#VERSION}.
 */
@NullMarked
package dev.sentinel.audit.redact;

import org.jspecify.annotations.NullMarked;
