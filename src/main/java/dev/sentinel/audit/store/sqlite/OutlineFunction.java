package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.TraceSummary;
import dev.sentinel.audit.store.lsm.LsmReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sums up a trace or a session, as a JSON object; null if the caller sees no entry of it. Of the first entries:
 *
 * <pre>
 * first       position of the first one
 * start, end  times of the first and the last one
 * bad         position of the first error, or else of the first denial; may be missing
 * kinds       how many there are of each kind, "kind:number" separated by commas
 * agents      keys of the agents
 * more        whether there are more entries, 0 or 1
 * </pre>
 *
 * Of as many entries from the end, which are missing if the caller sees none of those:
 *
 * <pre>
 * last_ts     time of the last one
 * last        position of the last one that is no note, or else of the last one; only of a trace
 * </pre>
 */
final class OutlineFunction extends GroupFunction {
    static final String NAME = "index_outline";

    private static final long NONE = -1;

    OutlineFunction(TreeStatements statements, Runnable onDamage) {
        super(statements, onDamage);
    }

    @Override
    void answer(LsmReader reader) throws SQLException {
        VisibleWalk walk = walk(reader, false);
        if (!walk.next()) {
            result();
            return;
        }
        JsonObject outline = new JsonObject().put("first", walk.seq()).put("start", walk.ts());
        Map<Integer, Long> kinds = new TreeMap<>();
        TreeSet<Long> agents = new TreeSet<>();
        LastStep last = new LastStep();
        Long denied = null;
        Long error = null;
        long end;
        do {
            kinds.merge(walk.kind(), 1L, Long::sum);
            agents.add(walk.agentKey());
            EventStatus status = Kinds.statusOf(walk.kind());
            error = error == null && status == EventStatus.ERROR ? (Long) walk.seq() : error;
            denied = denied == null && status == EventStatus.DENIED ? (Long) walk.seq() : denied;
            end = walk.ts();
            last.pass(walk);
        } while (walk.next());
        StringBuilder counts = new StringBuilder();
        kinds.forEach((kind, events) -> counts.append(counts.isEmpty() ? "" : ",")
                .append(kind)
                .append(':')
                .append(events));
        boolean more = walk.hasMore();
        outline.put("end", end)
                .put("bad", error == null ? denied : error)
                .put("kinds", counts.toString())
                .put("agents", new JsonArray(agents.stream().toList()))
                .put("more", more ? 1 : 0);
        if (more) {
            addEnd(walk(reader, true), outline);
        } else {
            outline.put("last_ts", end);
            if (isOf(IndexTrees.TRACES)) {
                outline.put("last", last.seq());
            }
        }
        result(outline.encode());
    }

    private void addEnd(VisibleWalk back, JsonObject outline) throws SQLException {
        if (!back.next()) {
            return;
        }
        outline.put("last_ts", back.ts());
        if (!isOf(IndexTrees.TRACES)) {
            return;
        }
        long last = back.seq();
        Long step = null;
        do {
            step = mayBeNote(back) && isNote(back.seq()) ? null : (Long) back.seq();
        } while (step == null && back.next());
        outline.put("last", step == null ? (Long) last : step);
    }

    /** Finds the last entry that is no note, of all entries in their order. */
    private final class LastStep {
        private long step = NONE;
        private final List<Long> mayBeNotes = new ArrayList<>();

        void pass(VisibleWalk entry) {
            if (mayBeNote(entry)) {
                mayBeNotes.add(entry.seq());
            } else {
                step = entry.seq();
                mayBeNotes.clear();
            }
        }

        /** If all are notes, it is the last one. */
        long seq() throws SQLException {
            for (int i = mayBeNotes.size() - 1; i >= 0; i--) {
                if (!isNote(mayBeNotes.get(i))) {
                    return mayBeNotes.get(i);
                }
            }
            return step == NONE ? mayBeNotes.get(mayBeNotes.size() - 1) : step;
        }
    }

    /** Only of a call of a human, the log says whether it is a note. */
    private static boolean mayBeNote(VisibleWalk entry) {
        return Kinds.actorOf(entry.kind()) == ActorType.HUMAN
                && Kinds.actionTypeOf(entry.kind()) == ActionType.API_CALL;
    }

    private boolean isNote(long seq) throws SQLException {
        return TraceSummary.NOTE.equals(statements().resourceOf(seq));
    }
}
