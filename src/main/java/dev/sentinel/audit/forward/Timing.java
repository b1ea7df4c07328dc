package dev.sentinel.audit.forward;

import java.time.Duration;

/**
 * How long the engine waits for what.
 *
 * @param tick between two looks at what administrators have changed
 * @param lease how long a server owns a destination that it does not renew
 * @param renewal between two renewals
 * @param save how old the saved cursor of a busy destination may be: what a crash repeats
 * @param pass between two saves of a cursor that passes only events which the filter rejects
 * @param firstRetry the bound of the first pause after a failure; each further one is twice as long
 * @param maxRetry the bound of all pauses
 * @param failingAfter how long deliveries fail before somebody is told
 * @param deniedRetry the pause after the other side has refused this server
 * @param deniedWindow the time in which {@link #DENIALS} refusals stop a destination
 * @param lookAgain between two attempts at a stopped destination
 * @param delivery the longest delivery; one that hangs would hang for ever
 * @param reset how long a log may lack what the cursor has passed, before that counts as lost
 */
record Timing(
        Duration tick,
        Duration lease,
        Duration renewal,
        Duration save,
        Duration pass,
        Duration firstRetry,
        Duration maxRetry,
        Duration failingAfter,
        Duration deniedRetry,
        Duration deniedWindow,
        Duration lookAgain,
        Duration delivery,
        Duration reset) {
    /** A server is told several times before it gives up: a receiver may be restarting without its users. */
    static final int DENIALS = 3;

    static final Timing USUAL = new Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofMinutes(2),
            Duration.ofSeconds(10));
}
