package dev.sentinel.audit.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Logs unexpected failures of requests with their stack traces, but equal ones at most once a minute: a client that
 * finds a defect could fill the disk with it. One event loop.
 */
final class FailureLog {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** Beyond this number, failures count as equal. */
    private static final int MAX_KINDS = 100;

    /** When a kind was logged, and how often it occurred since then. */
    private record Logged(long nanos, long since) {}

    private final Logger log;
    private final Map<String, Logged> kinds = new HashMap<>();

    FailureLog(Logger log) {
        this.log = log;
    }

    /** @param now of {@link System#nanoTime} */
    void failed(String method, String route, Throwable cause, long now) {
        String kind = kind(cause);
        Logged last = kinds.get(kind);
        if (last != null && now - last.nanos < PAUSE.toNanos()) {
            kinds.put(kind, new Logged(last.nanos, last.since + 1));
            return;
        }
        kinds.put(kind, new Logged(now, 0));
        log.error(
                "request failed method={} route={} equal_since_last_line={}",
                method,
                route,
                last == null ? 0 : last.since,
                cause);
    }

    private String kind(Throwable cause) {
        StackTraceElement[] stack = cause.getStackTrace();
        String kind = cause.getClass().getName() + (stack.length == 0 ? "" : " " + stack[0]);
        return kinds.size() < MAX_KINDS || kinds.containsKey(kind) ? kind : "other";
    }
}
