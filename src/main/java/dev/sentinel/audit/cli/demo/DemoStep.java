package dev.sentinel.audit.cli.demo;

import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.List;
import java.util.Map;

/**
 * A step in the runs of a kind of agent.
 *
 * @param resources one of them is used at random
 * @param medianMs median duration; 0 for an event without a duration
 * @param failure the status of a failed step
 * @param failsPercent how often the step fails
 * @param metadata the metadata of the event
 */
record DemoStep(
        ActorType actor,
        ActionType action,
        List<String> resources,
        int medianMs,
        EventStatus failure,
        int failsPercent,
        Map<String, Object> metadata) {

    static DemoStep human(String resource) {
        return new DemoStep(
                ActorType.HUMAN,
                ActionType.API_CALL,
                List.of(resource),
                0,
                EventStatus.ERROR,
                0,
                Map.of("channel", "chat"));
    }

    static DemoStep agent(
            ActionType action, int medianMs, int failsPercent, Map<String, Object> metadata, String... resources) {
        return new DemoStep(
                ActorType.AGENT, action, List.of(resources), medianMs, EventStatus.ERROR, failsPercent, metadata);
    }

    static DemoStep policy(String resource, int deniesPercent) {
        return new DemoStep(
                ActorType.SYSTEM,
                ActionType.POLICY_CHECK,
                List.of(resource),
                4,
                EventStatus.DENIED,
                deniesPercent,
                Map.of("policy_version", 7));
    }
}
