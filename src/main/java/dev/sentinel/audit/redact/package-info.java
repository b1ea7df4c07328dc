/**
 * Redacts secrets in text and in the members of events. The package knows neither JSON nor HTTP nor events, because
 * client libraries contain it too and apply the same rules as the server.
 *
 * <p>It has four parts:
 *
 * <ul>
 *   <li><b>Tables</b>, as resources beside the classes, which the server and both SDKs read: {@code names.tsv} has the
 *       words that make a name secret or harmless ({@link dev.sentinel.audit.redact.SecretNames}), and
 *       {@code shapes.tsv} the prefixes of issuers ({@link dev.sentinel.audit.redact.Shapes}).
 *   <li><b>Grammar</b>: how a text assigns a value to a name. {@link dev.sentinel.audit.redact.Assignments} handles
 *       signs and {@link dev.sentinel.audit.redact.AssignedValues} what follows them, with
 *       {@link dev.sentinel.audit.redact.NameBefore}, {@link dev.sentinel.audit.redact.Code},
 *       {@link dev.sentinel.audit.redact.Yaml}, {@link dev.sentinel.audit.redact.Schemes},
 *       {@link dev.sentinel.audit.redact.Siblings}, {@link dev.sentinel.audit.redact.AppRoles} and
 *       {@link dev.sentinel.audit.redact.WebKeys}; {@link dev.sentinel.audit.redact.Calls} and
 *       {@link dev.sentinel.audit.redact.Elements} handle code and XML, {@link dev.sentinel.audit.redact.Options},
 *       {@link dev.sentinel.audit.redact.Phrases} and {@link dev.sentinel.audit.redact.CookieJars} command lines,
 *       statements and columns, {@link dev.sentinel.audit.redact.Databases} what clients of databases read. Escapes and
 *       quotes are recognized by {@link dev.sentinel.audit.redact.Escapes} and
 *       {@link dev.sentinel.audit.redact.Quotes}, what only looks like a secret by
 *       {@link dev.sentinel.audit.redact.Values}, {@link dev.sentinel.audit.redact.StandIns},
 *       {@link dev.sentinel.audit.redact.Randomness} and {@link dev.sentinel.audit.redact.Prose}.
 *   <li><b>Members</b>: {@link dev.sentinel.audit.redact.Neighbors} knows what the members of one object, or the
 *       elements of one list, say of each other. The server and the Java SDK copy members with it, each into its own
 *       form.
 *   <li><b>Scanner</b>: {@link dev.sentinel.audit.redact.ShapeScanner} calls each rule where its sign may be. No rule
 *       hides a position from another one; {@link dev.sentinel.audit.redact.Spans} joins their findings.
 * </ul>
 *
 * <p>Load-bearing: all of this runs for every string of every event, over text that a stranger chose. Each rule reads a
 * character a bounded number of times, whatever the text; there are no regular expressions, because theirs would not be
 * bounded. The bound is small too: 60 ns for a character of nearly any text, 16 MiB in a second; up to three times as
 * much for mixtures of lists within lists and quotes that a search has found. So nothing that runs for every sign
 * creates strings ({@link dev.sentinel.audit.redact.WordSet}), and what overlapping values ask again is remembered
 * ({@link dev.sentinel.audit.redact.Search}, {@link dev.sentinel.audit.redact.KnownElements},
 * {@link dev.sentinel.audit.redact.QuoteEnds}, {@link dev.sentinel.audit.redact.RefusedValue}). A change of results
 * increases {@link dev.sentinel.audit.redact.RedactionRules#VERSION} and is made in the Python SDK too. The corpora in
 * {@code src/test/redaction} keep both equal.
 */
@NullMarked
package dev.sentinel.audit.redact;

import org.jspecify.annotations.NullMarked;
