package dev.sentinel.audit.event;

import dev.sentinel.audit.redact.RedactionRules;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a retry from a different event with the same id. Immutable, any thread. What it costs is bounded by the
 * size of two events; it redacts and parses only if they are not equal as they are.
 *
 * <p>A client that knows an event's id must not find out the event's content by guessing it. So nothing that a client
 * sends stands for more than itself: a literal {@code [REDACTED]} is text, and a gap that redaction makes in what was
 * sent equals only a gap. The stored event may have been redacted by other rules, which must not turn a retry into a
 * conflict: it is redacted again by today's rules, and gaps that other rules have left in it equal whatever was sent.
 */
public final class EventContent {
    private final RedactionRules rules;

    /** @param rules those by which the sent events were redacted */
    public EventContent(RedactionRules rules) {
        this.rules = rules;
    }

    /**
     * Whether an event is a retry of the stored one. A timestamp that one of them lacks is not compared, since every
     * retry would differ.
     *
     * @param sent redacted by today's rules
     */
    public boolean same(AuditEvent sent, StoredEvent stored) {
        AuditEvent other = stored.event();
        return sent.eventId().equals(other.eventId())
                && sent.actor() == other.actor()
                && sent.actionType() == other.actionType()
                && sent.status() == other.status()
                && Objects.equals(sent.latencyMs(), other.latencyMs())
                && sent.agentInstanceId().equals(other.agentInstanceId())
                && sent.traceId().equals(other.traceId())
                && sent.links().equals(other.links())
                && sameTimestamp(sent.timestamp(), stored)
                && (sameTexts(sent, other) || sameByTodaysRules(sent, other));
    }

    private static boolean sameTimestamp(@Nullable Instant sent, StoredEvent stored) {
        Instant kept = stored.timestamp();
        return sent == null || kept.equals(stored.receivedAt()) || kept.equals(sent);
    }

    private static boolean sameTexts(AuditEvent sent, AuditEvent stored) {
        return sent.resource().equals(stored.resource())
                && (sent.metadata().equals(stored.metadata()) || JsonTree.same(sent.metadata(), stored.metadata()));
    }

    private boolean sameByTodaysRules(AuditEvent sent, AuditEvent stored) {
        String redacted = stored.redacted();
        if (sent.redacted() == null && redacted == null) {
            return false;
        }
        boolean otherGaps = redacted != null && !Redactions.areBy(rules.version(), redacted);
        EventTexts today = EventTexts.redactedAgain(stored, rules);
        return today != null
                && (otherGaps
                        ? GappedText.matches(today.resource(), sent.resource())
                                && JsonTree.matches(today.metadata(), sent.metadata())
                        : today.resource().equals(sent.resource()) && JsonTree.same(today.metadata(), sent.metadata()));
    }
}
