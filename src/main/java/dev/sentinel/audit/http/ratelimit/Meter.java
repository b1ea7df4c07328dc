package dev.sentinel.audit.http.ratelimit;

import io.vertx.core.Future;
import java.time.Duration;

/** How much one client may still use of one limit. Any thread. */
interface Meter {

    /** Whether not even one unit is left, as far as this server knows. */
    boolean isExhausted();

    /** Takes this many units, all or none, and says whether it did. Never fails. */
    Future<Boolean> take(long amount);

    /** Takes units even if they are more than what is left; the client is then in debt. */
    void charge(long amount);

    /** The whole units that are left, as far as this server knows; not negative. */
    long left();

    /** The time until this many units are available, which must not be more than the limit. */
    Duration untilAvailable(long amount);
}
