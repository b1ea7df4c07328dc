package dev.sentinel.audit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Sends one batch until the server has decided on each of its events. Waits between attempts, halves what is refused as
 * a whole, and gives up only when the client closes. One thread.
 */
final class Delivery {
    /** So often a limit on events is waited for; then it may be one that a batch of this size never meets. */
    private static final int MAX_LIMIT_REFUSALS = 3;

    /** So often a defect of the server is waited for; then it may be one that an event of the batch provokes. */
    private static final int MAX_UNCLEAR_ANSWERS = 8;

    private final HttpTransport transport;
    private final AnswerReader answers;
    private final BatchBody bodies;
    private final Backoff backoff;
    private final Duration requestTimeout;
    private final Closing closing;
    private final Ledger ledger;

    /** Retries of which no answer says that the server has heard of them. */
    private int unreported;

    /** How large the last request was, and how long its answer was waited for. */
    private int size;

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

    /**
     * Sends these parts of a batch; returns how many of their events nothing was decided on, because the client closes.
     *
     * @param parts of which each is removed when it is decided on: after a defect, the rest is what is left to be sent
     */
    int deliver(Deque<List<byte[]>> parts) {
        while (!parts.isEmpty()) {
            List<byte[]> part = parts.element();
            Answer answer = sendInterruptibly(part);
            if (answer instanceof Answer.Undecided) {
                break;
            }
            if (answer instanceof Answer.Refused refused && refused.divisible()) {
                halve(parts);
                continue;
            }
            // Before it is counted, so that a defect there does not make it be sent, and counted, once more.
            parts.remove();
            if (answer instanceof Answer.Decided decided) {
                complete(part, decided);
            } else if (answer instanceof Answer.Refused refused) {
                reject(part, refused);
            }
        }
        return parts.stream().mapToInt(List::size).sum();
    }

    private static void halve(Deque<List<byte[]>> parts) {
        List<byte[]> part = parts.element();
        List<byte[]> first = part.subList(0, part.size() / 2);
        List<byte[]> second = part.subList(part.size() / 2, part.size());
        parts.remove();
        parts.push(second);
        parts.push(first);
    }

    private Answer sendInterruptibly(List<byte[]> part) {
        while (true) {
            try {
                return send(part);
            } catch (InterruptedException e) {
                if (closing.hasBegun()) {
                    Thread.currentThread().interrupt();
                    return Answer.Undecided.unanswered("interrupted");
                }
                // Somebody interrupts whatever threads there are; without this one nothing would be sent any more.
            }
        }
    }

    /** What becomes of these events; undecided only if they are given up. */
    private Answer send(List<byte[]> part) throws InterruptedException {
        BatchBody.Body body = bodies.of(part);
        size = body.bytes.length;
        int limits = 0;
        int defects = 0;
        for (int failures = 0; ; ) {
            Answer answer = attempt(part, body);
            if (!(answer instanceof Answer.Undecided undecided)) {
                return answer;
            }
            failures++;
            limits = undecided.status() == 429 ? limits + 1 : 0;
            defects += undecided.defect() ? 1 : 0;
            boolean several = part.size() > 1;
            if ((limits == MAX_LIMIT_REFUSALS && several) || defects == MAX_UNCLEAR_ANSWERS) {
                return new Answer.Refused(undecided.status(), undecided.reason(), several);
            }
            Duration pause = backoff.pause(failures, undecided.retryAfter());
            ledger.retrying(failures, part.size(), undecided.reason(), pause);
            if (!isWorthWaiting(pause, undecided.retryAfter() != null)) {
                return undecided;
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

    private void complete(List<byte[]> part, Answer.Decided decided) {
        for (Answer.Rejected rejected : decided.rejected()) {
            ledger.rejected(part.get(rejected.index()), rejected.status(), rejected.detail());
        }
        int stored = part.size() - decided.rejected().size();
        if (stored > 0) {
            ledger.delivered(stored, decided.duplicates(), size, took);
        }
    }

    private void reject(List<byte[]> part, Answer.Refused refused) {
        for (byte[] event : part) {
            ledger.rejected(event, refused.status(), refused.detail());
        }
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
