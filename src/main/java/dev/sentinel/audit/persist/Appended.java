package dev.sentinel.audit.persist;

import dev.sentinel.audit.store.Outcome;
import java.util.List;

/** One outcome per event, in the order of {@link Append#events}. */
public record Appended(List<Outcome> outcomes) {}
