package dev.sentinel.audit.store;

import io.vertx.core.Future;

/**
 * What a log knows of its signing. A log that is restored or cut off goes on under the next number, as another signed
 * log of the same events, so that no key ever signs two histories. Any thread.
 */
public interface SignedLog {

    /** The id of the log: a UUID that stays the same wherever the log is moved. */
    String logId();

    /** The highest number that was begun, as of the start or of the last {@link #begin}; 0 for none. */
    int number();

    /** Records that a number was begun. Durable when the future completes. */
    Future<Void> begin(int number);
}
