package dev.sentinel.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventFilterTest {
    private final EventFilter full = EventFilter.ALL.with(filter -> filter.agentPrefix("a")
            .agentInstanceIds(Set.of("agent"))
            .traceIds(Set.of("trace"))
            .actors(Set.of(ActorType.HUMAN))
            .actionTypes(Set.of(ActionType.DB_QUERY))
            .statuses(Set.of(EventStatus.ERROR))
            .resources(Set.of("resource"))
            .resourcePrefixes(Set.of("res"))
            .texts(Set.of("text"))
            .from(Events.START)
            .to(Events.START.plusSeconds(1))
            .condition(new Condition.Redacted()));

    @Test
    void with_noChange_keepsEveryCondition() {
        assertThat(full).usingRecursiveComparison().isNotEqualTo(EventFilter.ALL);
        assertThat(full.with(filter -> {})).isEqualTo(full);
    }

    @Test
    void with_oneCondition_replacesOnlyThat() {
        EventFilter changed = full.with(filter -> filter.traceIds(Set.of("other")));

        assertThat(changed.traceIds()).containsExactly("other");
        assertThat(changed.with(filter -> filter.traceIds(full.traceIds()))).isEqualTo(full);
    }

    @Test
    void withFilter_query_keepsThePage() {
        EventQuery query = EventQuery.all(7)
                .withOrder(EventQuery.Order.OLDEST_FIRST)
                .withSnapshotBound(5)
                .after(new Position(Events.START, 3));

        assertThat(query.withFilter(filter -> filter.texts(Set.of("text")))
                        .withFilter(filter -> filter.texts(Set.of())))
                .isEqualTo(query);
    }
}
