package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares a log with its copy, slice by slice in order, and finally the totals of agents. */
final class Verification {
    private final EventDigest source = new EventDigest();
    private final EventDigest copy = new EventDigest();
    private final AgentTotals totals = new AgentTotals();

    /** Compares the events at the same positions; null if they are equal. */
    Verdict.@Nullable Mismatch compare(List<StoredEvent> ours, List<StoredEvent> theirs) {
        for (int i = 0; i < ours.size(); i++) {
            StoredEvent event = ours.get(i);
            if (i == theirs.size()) {
                return new Verdict.Mismatch("seq=%d event_id=%s problem=\"missing in the target\""
                        .formatted(event.seq(), event.event().eventId()));
            }
            String text = EventWriter.toJson(event);
            String other = EventWriter.toJson(theirs.get(i));
            source.add(text);
            copy.add(other);
            totals.add(event.event().agentInstanceId(), 1);
            // Without the same seals, the copy would have another tree.
            if (!text.equals(other) || !event.seal().equals(theirs.get(i).seal())) {
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
            return new Verdict.Mismatch("events=%d target_events=%d problem=\"the number of events differs\""
                    .formatted(totals.events(), others.events()));
        }
        if (!totals.matches(others)) {
            return new Verdict.Mismatch("problem=\"the totals of the agents differ\"");
        }
        String digest = source.hex();
        // Both digests cover texts that were just compared, so this only checks our own code.
        return digest.equals(copy.hex())
                ? new Verdict.Verified(totals.events(), agents[0], digest)
                : new Verdict.Mismatch("problem=\"the digests differ\"");
    }
}
