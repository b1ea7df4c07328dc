package dev.sentinel.audit.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The names are in databases and in clients: spelled here once more, so that none changes by accident. */
final class WireNamesTest {
    @Test
    void wireNames_all_areThoseOfTheContract() {
        assertThat(Arrays.stream(ActorType.values()).map(ActorType::wireName))
                .containsExactly("agent", "human", "system");
        assertThat(Arrays.stream(ActionType.values()).map(ActionType::wireName))
                .containsExactly(
                        "tool_call", "http_request", "db_query", "file_read", "file_write", "api_call", "policy_check");
        assertThat(Arrays.stream(EventStatus.values()).map(EventStatus::wireName))
                .containsExactly("success", "error", "pending", "denied");
    }

    @Test
    void ofWireName_ownName_isTheConstant() {
        assertThat(ActorType.values()).allMatch(actor -> ActorType.ofWireName(actor.wireName()) == actor);
        assertThat(ActionType.values()).allMatch(action -> ActionType.ofWireName(action.wireName()) == action);
        assertThat(EventStatus.values()).allMatch(status -> EventStatus.ofWireName(status.wireName()) == status);
    }

    @Test
    void ofWireName_otherSpelling_isNull() {
        assertThat(ActionType.ofWireName("TOOL_CALL")).isNull();
        assertThat(ActionType.ofWireName("")).isNull();
        assertThat(ActorType.ofWireName("agent ")).isNull();
    }

    @Test
    void rule_any_listsTheNamesInOrder() {
        assertThat(ActorType.RULE).isEqualTo("must be one of agent, human, system");
        assertThat(ActionType.RULE)
                .isEqualTo("must be one of tool_call, http_request, db_query, file_read, file_write, api_call,"
                        + " policy_check");
        assertThat(EventStatus.RULE).isEqualTo("must be one of success, error, pending, denied");
    }
}
