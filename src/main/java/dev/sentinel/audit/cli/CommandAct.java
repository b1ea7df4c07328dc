package dev.sentinel.audit.cli;

import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.AdminEvent;
import dev.sentinel.audit.model.ActorType;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Builds administrative acts of commands, with the operating system user who ran the command. */
final class CommandAct {
    private CommandAct() {}

    /**
     * An act that succeeded.
     *
     * @param what the operation, such as {@code keys.create}; becomes the resource
     */
    static AdminAct of(ActorType actor, String what, Instant when, Map<String, String> details) {
        Map<String, String> metadata = new TreeMap<>(details);
        metadata.put("os_user", System.getProperty("user.name", ""));
        return AdminEvent.of(actor, what, when, metadata);
    }
}
