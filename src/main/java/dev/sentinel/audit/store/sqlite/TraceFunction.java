package dev.sentinel.audit.store.sqlite;

import dev.sentinel.audit.model.EventStatus;
import dev.sentinel.audit.store.lsm.LsmReader;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The functions that find traces for a list. {@link #FIRST} is the first entry of a trace that the caller sees: a JSON
 * array of time, position and agent, or null. {@link #IS_FOUND} is 1 if an entry of the list is the first one that the
 * caller sees of its trace and the trace is part of the result, else 0; its further arguments are the position of the
 * entry, the keys of agents of which one must take part, and the severities of statuses that the trace may have, both
 * as texts with commas or null.
 */
final class TraceFunction extends GroupFunction {
    static final String FIRST = "trace_first";
    static final String IS_FOUND = "trace_is_found";

    /** See {@link dev.sentinel.audit.store.TraceSummary#status}: the last of these that an event has. */
    private static final List<EventStatus> SEVERITY =
            List.of(EventStatus.SUCCESS, EventStatus.PENDING, EventStatus.DENIED, EventStatus.ERROR);

    private static final int SEQ = ARGUMENTS;
    private static final int AGENTS = SEQ + 1;
    private static final int SEVERITIES = AGENTS + 1;

    private final String name;

    TraceFunction(String name, TreeStatements statements, Runnable onDamage) {
        super(statements, onDamage);
        this.name = name;
    }

    /** The argument for statuses, as SQL. */
    static String severities(Set<EventStatus> statuses) {
        return statuses.isEmpty()
                ? "NULL"
                : statuses.stream()
                        .map(status -> Integer.toString(SEVERITY.indexOf(status)))
                        .sorted()
                        .collect(Collectors.joining(",", "'", "'"));
    }

    @Override
    void answer(LsmReader reader) throws SQLException {
        VisibleWalk walk = walk(reader, false);
        boolean found = walk.next();
        if (name.equals(IS_FOUND)) {
            result(found && walk.seq() == value_long(SEQ) && isWanted(walk) ? 1 : 0);
        } else if (found) {
            result("[" + walk.ts() + "," + walk.seq() + "," + walk.agentKey() + "]");
        } else {
            result();
        }
    }

    /** Reads no more of the trace than it must. */
    private boolean isWanted(VisibleWalk walk) throws SQLException {
        long @Nullable [] agents = numbers(AGENTS);
        long @Nullable [] severities = numbers(SEVERITIES);
        if (agents != null && agents.length == 0) {
            return false;
        }
        boolean agentFound = agents == null;
        int severity = 0;
        boolean more = true;
        while (more && !(agentFound && severities == null)) {
            agentFound |= agents != null && Arrays.binarySearch(agents, walk.agentKey()) >= 0;
            severity = Math.max(severity, SEVERITY.indexOf(Kinds.statusOf(walk.kind())));
            more = walk.next();
        }
        return agentFound && (severities == null || Arrays.binarySearch(severities, severity) >= 0);
    }
}
