package dev.sentinel.audit.ops.health;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Something that people should know, and that is no reason to send requests elsewhere.
 *
 * @param name in the answer of {@code /health/ready}
 * @param data what is known now; called on any thread, must neither block nor throw
 */
public record Notice(String name, Supplier<Map<String, Object>> data) {}
