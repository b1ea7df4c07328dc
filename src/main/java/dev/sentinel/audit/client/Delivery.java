package dev.sentinel.audit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Sends one batch until the server has decided on each of its events. Waits between attempts, splits a batch that is
 * refused as a whole, and gives up only when the client closes. One thread.
 */
final class Delivery {
    /** After this many refusals by a rate limit, the batch is split: it may be larger than the limit ever allows. */
    private static final int MAX_LIMIT_REFUSALS = 3;

    /** After this many server errors, the batch is split or rejected: one of its events may cause the error. */
    private static final int MAX_SERVER_ERRORS = 8;

    private final HttpTransport transport;
    private final AnswerReader answers;
    private final BatchBody bodies;
    private final Backoff backoff;
    private final Duration requestTimeout;
    private final Closing closing;
    private final Ledger ledger;

    /** Retries that were not reported to the server in an answered request. */
    private int unreported;

    /** The body size of the last request in bytes, and the time until its answer. */
    private int size;

    private Duration took = Duration.ZERO;

    /** Whether the last attempt before closing was already made. */
    private boolean lastAttemptMade;

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
     * Sends the parts of a batch. Returns the number of events that are undecided because the client closes.
     *
     * @param parts each part is removed when it is decided, so that after an exception only the rest is sent again
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
            // Removed before it is counted, so that an exception there does not cause it to be sent and counted again.
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
                // Foreign code may interrupt all threads. This one must go on, or nothing would be sent any more.
            }
        }
    }

    /** Sends until there is a decision. Undecided only if the client gives up. */
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
            if ((limits == MAX_LIMIT_REFUSALS && several) || defects == MAX_SERVER_ERRORS) {
                return new Answer.Refused(undecided.status(), undecided.reason(), several);
            }
            Duration pause = backoff.pause(failures, undecided.retryAfter());
            ledger.retrying(failures, part.size(), undecided.reason(), pause);
            if (!awaitRetry(pause, undecided.retryAfter() != null)) {
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

    /** Many exceptions of the HTTP client have a message only in their cause, or no message. */
    private static String reason(IOException e) {
        Throwable cause = e;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String name = e.getClass().getSimpleName();
        return "no answer (" + (cause.getMessage() == null ? name : name + ": " + cause.getMessage()) + ")";
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
     * Waits before a retry and returns whether to retry. When the client closes, a pause that the client chose ends at
     * once, since the server may be back. A pause that the server requested is kept if it ends before the deadline. If
     * it does not, one last attempt is made.
     */
    private boolean awaitRetry(Duration pause, boolean requestedByServer) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        if (!closing.hasBegun() && (!closing.pause(pause) || !requestedByServer)) {
            return true;
        }
        Duration rest = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        if (rest.compareTo(closing.left()) < 0) {
            Thread.sleep(rest.toMillis(), rest.toNanosPart() % 1_000_000);
            return true;
        }
        boolean attempt = !lastAttemptMade && !closing.left().isZero();
        lastAttemptMade = true;
        return attempt;
    }
}
