package dev.sentinel.audit.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Interprets answers. Only a Sentinel server's answer about exactly these events is a decision: proxies between client
 * and server may answer 200 with a login page, or 404 during a deployment. Any thread.
 */
final class AnswerReader {
    /** The maximum Retry-After that is honored. A server with a wrong clock must not stop the client forever. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final int MAX_DETAIL = 500;

    private final Clock clock;

    /** @param clock compared with dates in Retry-After */
    AnswerReader(Clock clock) {
        this.clock = clock;
    }

    /** @param events the number of events in the request */
    Answer read(RawAnswer raw, int events) {
        int status = raw.status();
        Map<?, ?> body = object(raw.body());
        if (status == 201 || status == 207 || status == 422) {
            Answer decided = decided(body, events);
            if (decided != null) {
                return decided;
            }
        }
        String detail = detail(body, status);
        if (events > 1 && (status == 400 || status == 413 || status == 422)) {
            // Even if a proxy answered: smaller requests lose nothing.
            return new Answer.Refused(status, detail, true);
        }
        boolean problem = isProblem(body, status);
        if (problem && status >= 400 && status < 500 && status != 408 && status != 429) {
            return new Answer.Refused(status, detail, false);
        }
        return new Answer.Undecided(status, detail, problem && status == 500, retryAfter(raw.retryAfter()));
    }

    /** Whether the body is the server's own problem document (RFC 9457). Proxies send HTML pages or empty bodies. */
    private static boolean isProblem(Map<?, ?> body, int status) {
        return body.get("status") instanceof Long said && said == status && hasDetail(body);
    }

    /** The decision on a batch; null if the body is not one or its counts do not add up. */
    private static @Nullable Answer decided(Map<?, ?> body, int events) {
        if (!(body.get("captured") instanceof Long captured)
                || !(body.get("duplicate") instanceof Long duplicates)
                || !(body.get("rejected") instanceof List<?> list)
                || captured < 0
                || duplicates < 0
                || captured + duplicates + list.size() != events) {
            return null;
        }
        boolean[] seen = new boolean[events];
        List<Answer.Rejected> rejected = new ArrayList<>(list.size());
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> one)
                    || !(one.get("index") instanceof Long index)
                    || index < 0
                    || index >= events
                    || seen[index.intValue()]) {
                return null;
            }
            seen[index.intValue()] = true;
            int status = one.get("status") instanceof Long code ? code.intValue() : 422;
            rejected.add(new Answer.Rejected(index.intValue(), status, detail(one, status)));
        }
        return new Answer.Decided(duplicates.intValue(), rejected);
    }

    private static Map<?, ?> object(String body) {
        try {
            return JsonReader.read(body) instanceof Map<?, ?> map ? map : Map.of();
        } catch (IllegalArgumentException noJson) {
            return Map.of();
        }
    }

    /** The server's explanation, on one line. */
    private static String detail(Map<?, ?> body, int status) {
        if (!(body.get("detail") instanceof String detail) || !hasDetail(body)) {
            return status == 201 || status == 207 || status < 300
                    ? "The answer does not come from a Sentinel server."
                    : "The answer has status " + status + " and no detail.";
        }
        String line = detail.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL) + "…";
    }

    private static boolean hasDetail(Map<?, ?> body) {
        return body.get("detail") instanceof String detail && !detail.isBlank();
    }

    /** Parses seconds or a date (RFC 9110, section 10.2.3); null for anything else. */
    private @Nullable Duration retryAfter(@Nullable String field) {
        if (field == null) {
            return null;
        }
        Duration wait;
        try {
            String value = field.strip();
            wait = Character.isDigit(value.isEmpty() ? ' ' : value.charAt(0))
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT)));
        } catch (NumberFormatException | DateTimeException | ArithmeticException neither) {
            return null;
        }
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
