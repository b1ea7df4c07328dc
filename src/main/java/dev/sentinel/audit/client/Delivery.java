package dev.sentinel.audit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Sends one batch until the server has decided on each of its events. Waits between attempts, halves what is refused as
 * a whole, and gives up only when the client closes. One thread.
 */
final class Delivery {
    /** So often a limit on events is waited for; then it may be one that a batch of this size never meets. */
    private static final int PATIENCE_WITH_LIMITS = 3;

    /** So often a defect of the server is waited for; then it may be one that an event of the batch provokes. */
    private static final int PATIENCE_WITH_DEFECTS = 8;

    private enum End {
        SETTLED,
        HALVE,
        GIVEN_UP
    }

    private final HttpTransport transport;
    private final AnswerReader answers;
    private final BatchBody bodies;
    private final Backoff backoff;
    private final Duration requestTimeout;
    private final Closing closing;
    private final Ledger ledger;

    /** Retries of which no answer says that the server has heard of them. */
    private int unreported;

    /** How long the last answer was waited for. */
    private Duration took = Duration.ZERO;

    /** Whether a pause was cut short for closing; the next one is not. */
    private boolean hurried;

    Delivery(
            HttpTransport transport,
            AnswerReader answers,
            BatchBody bodies,
            Backoff backoff,
            Duration requestTimeout,
            Closing closing,
            Ledger ledger) {
        this.transport = transport;
        this.answers = answers;
        this.bodies = bodies;
        this.backoff = backoff;
        this.requestTimeout = requestTimeout;
        this.closing = closing;
        this.ledger = ledger;
    }

    /** Sends these events; returns how many of them nothing was decided on, because the client closes. */
    int deliver(List<byte[]> events) {
        Deque<List<byte[]>> parts = new ArrayDeque<>(List.of(events));
        while (!parts.isEmpty()) {
            List<byte[]> part = parts.peek();
            End end = sendInterruptibly(part);
            if (end == End.GIVEN_UP) {
                break;
            }
            parts.remove();
            if (end == End.HALVE) {
                int middle = part.size() / 2;
                parts.push(part.subList(middle, part.size()));
                parts.push(part.subList(0, middle));
            }
        }
        return parts.stream().mapToInt(List::size).sum();
    }

    private End sendInterruptibly(List<byte[]> part) {
        while (true) {
            try {
                return send(part);
            } catch (InterruptedException e) {
                if (closing.hasBegun()) {
                    Thread.currentThread().interrupt();
                    return End.GIVEN_UP;
                }
                // Somebody interrupts whatever threads there are; without this one nothing would be sent any more.
            }
        }
    }

    private End send(List<byte[]> part) throws InterruptedException {
        BatchBody.Body body = bodies.of(part);
        int limits = 0;
        int defects = 0;
        for (int failures = 0; ; ) {
            Answer answer = attempt(part, body);
            if (answer instanceof Answer.Decided decided) {
                settle(part, decided, body.bytes.length);
                return End.SETTLED;
            }
            if (answer instanceof Answer.Refused refused) {
                return refused.divisible() ? End.HALVE : reject(part, refused.status(), refused.detail());
            }
            Answer.Undecided undecided = (Answer.Undecided) answer;
            failures++;
            limits = undecided.status() == 429 ? limits + 1 : 0;
            defects += undecided.defect() ? 1 : 0;
            if (limits == PATIENCE_WITH_LIMITS && part.size() > 1) {
                return End.HALVE;
            }
            if (defects == PATIENCE_WITH_DEFECTS) {
                return part.size() > 1 ? End.HALVE : reject(part, undecided.status(), undecided.reason());
            }
            Duration pause = backoff.pause(failures, undecided.retryAfter());
            ledger.retrying(failures, part.size(), undecided.reason(), pause);
            if (!isWorthWaiting(pause, undecided.retryAfter() != null)) {
                return End.GIVEN_UP;
            }
            unreported++;
            ledger.retried.increment();
        }
    }

    private Answer attempt(List<byte[]> part, BatchBody.Body body) throws InterruptedException {
        Duration timeout = requestTimeout;
        if (closing.hasBegun() && closing.left().compareTo(timeout) < 0) {
            timeout = closing.left();
        }
        long start = System.nanoTime();
        try {
            RawAnswer raw = transport.post(body.bytes, body.compressed, unreported, timeout);
            unreported = 0;
            took = Duration.ofNanos(System.nanoTime() - start);
            return answers.read(raw, part.size());
        } catch (IOException e) {
            return Answer.Undecided.unanswered(reason(e));
        } catch (TimeoutException e) {
            return Answer.Undecided.unanswered("no answer within " + timeout.toMillis() + " ms");
        }
    }

    /** Many exceptions of the HTTP client have a message only in their cause, or none at all. */
    private static String reason(IOException e) {
        Throwable told = e;
        while (told.getMessage() == null && told.getCause() != null) {
            told = told.getCause();
        }
        String name = e.getClass().getSimpleName();
        return told.getMessage() == null ? name : name + ": " + told.getMessage();
    }

    private void settle(List<byte[]> part, Answer.Decided decided, int bytes) {
        for (Answer.Rejected rejected : decided.rejected()) {
            ledger.rejected(part.get(rejected.index()), rejected.status(), rejected.detail());
        }
        int stored = part.size() - decided.rejected().size();
        if (stored > 0) {
            ledger.delivered(stored, decided.duplicates(), bytes, took);
        }
    }

    private End reject(List<byte[]> part, int status, String detail) {
        for (byte[] event : part) {
            ledger.rejected(event, status, detail);
        }
        return End.SETTLED;
    }

    /**
     * Waits before a retry. When the client closes, a pause that the client itself has chosen ends at once, as the
     * server may be back; and what would last longer than there is time is not waited for, but for one last attempt.
     */
    private boolean isWorthWaiting(Duration pause, boolean ordered) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        if (!closing.hasBegun() && (!closing.pause(pause) || !ordered)) {
            return true;
        }
        Duration rest = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        if (rest.compareTo(closing.left()) < 0) {
            Thread.sleep(rest.toMillis(), rest.toNanosPart() % 1_000_000);
            return true;
        }
        boolean last = !hurried && !closing.left().isZero();
        hurried = true;
        return last;
    }
}
