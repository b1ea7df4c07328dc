package dev.sentinel.audit.store;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Events that a search has found, as the JSON that clients get. Text instead of objects, because a database writes a page
 * as text in a fraction of the time that it takes to make objects of it, and text of them again.
 *
 * @param json UTF-8, not to be changed: each event as {@link dev.sentinel.audit.event.EventWriter} writes it, in the order
 *     of the search, with commas between them; empty if there is none
 * @param next where the next page starts (exclusive); null on the last page
 */
public record FoundEvents(Buffer json, @Nullable Position next) {}
