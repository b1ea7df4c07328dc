package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.EventContent;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.StoredEvent;
import dev.sentinel.audit.store.AgentSummary;
import dev.sentinel.audit.store.EventFinder;
import dev.sentinel.audit.store.Page;
import dev.sentinel.audit.store.Summaries;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies an import: looks up every event of the source in the target store. */
final class ImportVerification {
    /** Concurrent look-ups: enough to keep a few connections busy, and fewer than any store allows to wait. */
    private static final int LOOKUPS = 64;

    private static final int AGENTS_PAGE = 1_000;

    private final EventSource source;
    private final EventFinder target;
    private final Summaries targetTotals;
    private final EventContent content;
    private final MigrationProgress progress;
    private final Refusals refusals;
    private final AgentTotals totals = new AgentTotals();

    /**
     * The digest over the events of the target, each of which matches its row. They may differ from the rows: redaction
     * may have removed more, and a row may have no time.
     */
    private final EventDigest digest = new EventDigest();

    private long differing;

    ImportVerification(
            EventSource source,
            EventFinder target,
            Summaries targetTotals,
            EventContent content,
            RowReport report,
            MigrationProgress progress) {
        this.source = source;
        this.target = target;
        this.targetTotals = targetTotals;
        this.content = content;
        this.refusals = new Refusals(report);
        this.progress = progress;
    }

    /**
     * Verifies all rows before a position. Must be called once.
     *
     * @param conflicts number of rows that were not stored because of another event with their id; if more differ, the
     *     target has changed
     */
    EventImport.Result upTo(long end, long conflicts) {
        progress.begin(MigrationProgress.Phase.VERIFY, 0, source.count(0, end));
        Verdict.Mismatch mismatch = null;
        long done = 0;
        long at = 0;
        while (mismatch == null) {
            EventSource.Rows rows = source.read(at, end);
            if (rows.size() == 0) {
                break;
            }
            mismatch = compare(rows, conflicts);
            done += rows.size();
            at = rows.next();
            progress.at(done);
        }
        progress.end();
        return new EventImport.Result(mismatch == null ? verdict() : mismatch, refusals);
    }

    private Verdict.@Nullable Mismatch compare(EventSource.Rows rows, long conflicts) {
        refusals.add(rows);
        List<Optional<StoredEvent>> found = find(rows.events());
        for (int i = 0; i < found.size(); i++) {
            EventSource.Row row = rows.events().get(i);
            StoredEvent stored = found.get(i).orElse(null);
            if (stored == null) {
                return mismatch(row, "missing in the target");
            }
            if (content.same(row.event(), stored)) {
                digest.add(text(stored));
                totals.add(stored.event().agentInstanceId(), 1);
            } else if (++differing > conflicts) {
                return mismatch(row, "differs in the target");
            } else {
                refusals.add(new EventSource.Refused(
                        row.position(),
                        "another event with this event_id is in the target",
                        text(new StoredEvent(
                                StoredEvent.UNSEQUENCED, stored.timestamp(), row.event(), stored.seal()))));
            }
        }
        return null;
    }

    private List<Optional<StoredEvent>> find(List<EventSource.Row> rows) {
        List<Optional<StoredEvent>> found = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); from += LOOKUPS) {
            List<Future<Optional<StoredEvent>>> lookups =
                    rows.subList(from, Math.min(rows.size(), from + LOOKUPS)).stream()
                            .map(row -> target.find(row.event().eventId()))
                            .toList();
            Future.all(lookups).await();
            lookups.forEach(lookup -> found.add(lookup.result()));
        }
        return found;
    }

    private static Verdict.Mismatch mismatch(EventSource.Row row, String problem) {
        return new Verdict.Mismatch("row=%d event_id=%s problem=\"%s\""
                .formatted(row.position(), row.event().eventId(), problem));
    }

    /** The text without what the target added itself, except the time if the row has none. */
    private static String text(StoredEvent stored) {
        AuditEvent event = stored.event().toBuilder().submittedBy(null).build();
        return EventWriter.toJson(new StoredEvent(StoredEvent.UNSEQUENCED, stored.timestamp(), event, stored.seal()));
    }

    /** The totals can be compared only if the target holds no other events. */
    private Verdict verdict() {
        AgentTotals others = new AgentTotals();
        long agents = 0;
        @Nullable String after = null;
        do {
            Page<AgentSummary, String> page = targetTotals
                    .agents("", Optional.ofNullable(after), AGENTS_PAGE)
                    .await();
            page.items().forEach(agent -> others.add(agent.agentInstanceId(), agent.total()));
            agents += page.items().size();
            after = page.next();
        } while (after != null);
        if (others.events() == totals.events() && !totals.matches(others)) {
            return new Verdict.Mismatch("problem=\"the totals of the agents differ\"");
        }
        return new Verdict.Verified(totals.events(), others.events() == totals.events() ? agents : -1, digest.hex());
    }
}
