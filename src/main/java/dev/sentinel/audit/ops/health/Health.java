package dev.sentinel.audit.ops.health;

import dev.sentinel.audit.bus.Address;

/**
 * Whether the server should get requests, as of at most {@link HealthVerticle#PACE} ago.
 *
 * @param json the checks, as vertx-health-check writes them
 */
record Health(boolean ready, String json) {
    static final Address<Ask, Health> ADDRESS = new Address<>("sentinel.health");

    /** The question. */
    record Ask() {}
}
