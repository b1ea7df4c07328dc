/**
 * What counts as a secret, and how text loses it. Knows neither events nor JSON, so that a client library applies the
 * same rules as the server.
 *
 * <p>A secret is told by the name that it is under ({@link dev.sentinel.audit.redact.SecretKeys}) or by its own shape
 * ({@link dev.sentinel.audit.redact.ShapeScanner}). The rules lean towards redacting: a value too many is a nuisance,
 * one too few is on every disk and in every backup.
 *
 * <p>Load-bearing: everything here runs for every string of every event, over text that a stranger chose. Each rule
 * looks at a character a bounded number of times, however the text is built; there are no regular expressions, because
 * theirs would not be bounded. Whoever changes what is found raises
 * {@link dev.sentinel.audit.redact.RedactionRules#VERSION}.
 */
@NullMarked
package dev.sentinel.audit.redact;

import org.jspecify.annotations.NullMarked;
