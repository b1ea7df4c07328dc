package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * What a log knows of its signing. A log that is restored or cut off goes on under the next number, as another signed
 * log of the same events, so that no key ever signs two histories. Any thread.
 */
public interface SignedLog {

    /**
     * What is stored at a moment, by whichever server.
     *
     * @param number the highest number that was begun; 0 for none
     * @param events number of events that have a position
     * @param isSettled false while there are durable events that have no position yet, so that there will be more
     * @param verifierKeys the public keys that were announced, by number: each number has at least one, newest first
     * @param isMoved whether the log goes on in another database, where it is signed
     */
    record Standing(
            int number, long events, boolean isSettled, Map<Integer, List<String>> verifierKeys, boolean isMoved) {
        public Standing {
            verifierKeys = Map.copyOf(verifierKeys);
        }

        /** Of a log that goes on here, as far as it knows. */
        public Standing(int number, long events, boolean isSettled, Map<Integer, List<String>> verifierKeys) {
            this(number, events, isSettled, verifierKeys, false);
        }
    }

    /** The id of the log: a UUID that stays the same wherever the log is moved. */
    String logId();

    /** Reads what is stored. */
    Future<Standing> standing();

    /**
     * Records that a number was begun. Durable when the future completes. Fails with
     * {@link dev.sentinel.audit.failure.Unavailable} if another server has begun this number or a higher one.
     */
    Future<Void> begin(int number);

    /**
     * Tells the other servers the public keys of a number, before the first of them signs. Fails with
     * {@link dev.sentinel.audit.failure.Unavailable} if others were announced: newer keys can only be added before
     * them.
     *
     * @param verifierKeys all of the number, newest first
     */
    Future<Void> announce(int number, List<String> verifierKeys);
}
