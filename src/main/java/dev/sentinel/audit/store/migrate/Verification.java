package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares a log with its copy, slice by slice from the first on, and the totals of agents at the end. */
final class Verification {
    private final EventDigest source = new EventDigest();
    private final EventDigest copy = new EventDigest();
    private final AgentTotals totals = new AgentTotals();

    /** Compares the events of the same positions; null if they are the same. */
    Verdict.@Nullable Mismatch compare(List<StoredEvent> ours, List<StoredEvent> theirs) {
        for (int i = 0; i < ours.size(); i++) {
            StoredEvent event = ours.get(i);
            if (i == theirs.size()) {
                return new Verdict.Mismatch("seq=%d event_id=%s problem=\"missing in the target\""
                        .formatted(event.seq(), event.event().eventId()));
            }
            String text = EventDigest.text(event);
            String other = EventDigest.text(theirs.get(i));
            source.add(text);
            copy.add(other);
            totals.add(event.event().agentInstanceId(), 1);
            if (!text.equals(other)) {
                return new Verdict.Mismatch("seq=%d event_id=%s problem=\"differs in the target\""
                        .formatted(event.seq(), event.event().eventId()));
            }
        }
        return null;
    }

    Verdict verdict(LogTarget target) {
        AgentTotals others = new AgentTotals();
        long[] agents = new long[1];
        target.agents((agent, total) -> {
            others.add(agent, total);
            agents[0]++;
        });
        if (others.events() != totals.events()) {
            return new Verdict.Mismatch(
                    "events=%d target_events=%d problem=\"the target counts other events too, or too few\""
                            .formatted(totals.events(), others.events()));
        }
        if (!totals.sameAs(others)) {
            return new Verdict.Mismatch("problem=\"the totals of the agents differ\"");
        }
        String digest = source.hex();
        // Of the same texts, so that this is a check of our own work.
        return digest.equals(copy.hex())
                ? new Verdict.Verified(totals.events(), agents[0], digest)
                : new Verdict.Mismatch("problem=\"the digests differ\"");
    }
}
