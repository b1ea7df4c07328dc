package dev.sentinel.audit.ops.health;

import java.util.function.LongSupplier;

/**
 * A bound that all clients share.
 *
 * @param name for people
 * @param refused requests refused so far because the bound was used up, not because of what their own client holds;
 *     called on any thread, must neither block nor throw
 */
public record SharedBound(String name, LongSupplier refused) {}
