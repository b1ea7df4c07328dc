/**
 * The destinations that need nothing but Vert.x's clients: webhooks, Splunk, Elasticsearch and OpenSearch, syslog. Each
 * is a {@link dev.sentinel.audit.forward.DestinationType}, found by {@link java.util.ServiceLoader}.
 *
 * <p>{@code HttpTarget} and {@code SyslogConnection} are the only code here that connects. Both go to the address that
 * {@link dev.sentinel.audit.forward.Reach} gave, and keep the name for {@code Host}, SNI and the certificate. Redirects
 * are never followed, because they would lead around that check. Answers are read up to a bound, and no text of them is
 * shown: who makes a destination must not be able to read what an address answers.
 */
@NullMarked
package dev.sentinel.audit.forward.send;

import org.jspecify.annotations.NullMarked;
