package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.bus.Address;

/**
 * Whether the server should get requests, at most {@link HealthVerticle#INTERVAL} old.
 *
 * @param json the checks, as vertx-health-check writes them
 */
record Health(boolean ready, String json) {
    static final Address<Ask, Health> ADDRESS = new Address<>("sentinel.health");

    /** Asks for the current health. */
    record Ask() {}
}
