/**
 * The process: {@link dev.sentinel.audit.Main} and the composition root {@link dev.sentinel.audit.Sentinel}, the only
 * place that knows every part.
 *
 * <p>The packages are the layers, from the bottom up. A package uses what is above it in this list, never what is
 * below; {@code ArchitectureTest} says exactly what each may use.
 *
 * <ul>
 *   <li>{@code model}, {@code redact}: the words of the wire contract, and what counts as a secret. With
 *       {@code client}, the SDK, they are the client jar.
 *   <li>{@code event}: an event, decoded and encoded.
 *   <li>{@code bus}, {@code digest}, {@code failure}, {@code files}, {@code keys}, {@code reads}, {@code config}: what
 *       every layer speaks of: typed addresses, SHA-256, reasons for not doing something, files that others must not
 *       read, API keys, reads that many ask for at once, configuration.
 *   <li>{@code store}: the ports to where events are kept; {@code store.sqlite} and {@code store.postgres} implement
 *       them, {@code store.lsm} holds the index of the former, {@code store.migrate} moves events between them,
 *       {@code backend} chooses one by configuration.
 *   <li>{@code persist}: batches appends before the store.
 *   <li>{@code redis}: what several servers share besides the store.
 *   <li>{@code http}: the server, without any feature; {@code http.auth}, {@code http.inflight} and
 *       {@code http.ratelimit} guard it.
 *   <li>{@code ingest}, {@code query} (with {@code query.stream} and {@code query.export}), {@code evidence} (the
 *       signed log), {@code forward} (destinations, with {@code kafka} and {@code aws} as plugins), {@code views},
 *       {@code web}, {@code ops} (metrics, health, systemd): the features.
 *   <li>{@code cli}: the commands of {@code bin/sentinel}.
 * </ul>
 */
@NullMarked
package dev.sentinel.audit;

import org.jspecify.annotations.NullMarked;
