package dev.sentinel.audit.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AgentTotalsTest {
    private final AgentTotals one = new AgentTotals();
    private final AgentTotals other = new AgentTotals();

    @Test
    void matches_sameTotalsInAnotherOrder_isTrue() {
        one.add("a", 1);
        one.add("b", 1);
        one.add("a", 1);
        other.add("b", 1);
        other.add("a", 2);

        assertThat(one.matches(other)).isTrue();
    }

    @Test
    void matches_oneEventOfAnotherAgent_isFalse() {
        one.add("a", 2);
        one.add("b", 1);
        other.add("a", 1);
        other.add("b", 2);

        assertThat(one.events()).isEqualTo(other.events());
        assertThat(one.matches(other)).isFalse();
    }
}
