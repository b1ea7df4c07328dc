package dev.sentinel.audit.ingest;

import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.event.DecodedBody;
import dev.sentinel.audit.event.DecodedEvent;
import dev.sentinel.audit.event.FieldError;
import dev.sentinel.audit.event.MalformedJsonException;
import dev.sentinel.audit.event.TooManyEventsException;
import dev.sentinel.audit.ingest.feed.FeedMessage;
import dev.sentinel.audit.ingest.feed.FeedSink;
import dev.sentinel.audit.ingest.feed.Verdict;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.store.Outcome;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores the events of messages as those of requests: with the same formats, rules, limits and counters. */
public final class FeedIntake implements FeedSink {
    private static final String CONTENT_TYPE = "content-type";

    private final Context context;
    private final Intake intake;
    private final BodyFormats formats;
    private final Principal sender;
    private final String protocol;
    private final int maxBytes;

    /**
     * Creates a sink for one feed.
     *
     * @param sender as whom the messages are submitted
     * @param protocol how they come, to show to people
     * @param maxBytes of the body of a message
     */
    public FeedIntake(
            Vertx vertx, Intake intake, BodyFormats formats, Principal sender, String protocol, int maxBytes) {
        this.context = vertx.getOrCreateContext();
        this.intake = intake;
        this.formats = formats;
        this.sender = sender;
        this.protocol = protocol;
        this.maxBytes = maxBytes;
    }

    /**
     * A message that was read.
     *
     * @param valid those of its events that can be stored
     * @param refusal why it has no events; empty if it has some
     */
    private record Read(List<DecodedEvent> events, List<AuditEvent> valid, String refusal) {
        static Read refused(String reason) {
            return new Read(List.of(), List.of(), reason);
        }

        static Read of(List<DecodedEvent> events) {
            List<AuditEvent> valid = new ArrayList<>(events.size());
            for (DecodedEvent event : events) {
                if (event instanceof DecodedEvent.Valid good) {
                    valid.add(good.event());
                }
            }
            return new Read(events, valid, events.isEmpty() ? "it has no events" : "");
        }
    }

    @Override
    public Future<List<Verdict>> append(List<FeedMessage> messages) {
        return Future.future(promise -> context.runOnContext(go -> context.<List<Read>>executeBlocking(
                        () -> messages.stream().map(this::read).toList())
                .compose(read -> store(read, 0, new ArrayList<>()))
                .onComplete(promise)));
    }

    private Read read(FeedMessage message) {
        if (message.body().length() > maxBytes) {
            return Read.refused("it is larger than MAX_BODY_BYTES=" + maxBytes);
        }
        MultiMap header = MultiMap.caseInsensitiveMultiMap().addAll(message.header());
        BodyFormat format = formats.of(header);
        if (format == null) {
            return Read.refused("its content type is none that POST /v1/events takes");
        }
        try {
            return read(format, message.body().getBytes());
        } catch (MalformedJsonException e) {
            // Without a content type it may also be lines.
            return header.contains(CONTENT_TYPE) ? Read.refused(e.getMessage()) : readLines(message, e);
        } catch (TooManyEventsException e) {
            return Read.refused(e.getMessage());
        }
    }

    private Read readLines(FeedMessage message, MalformedJsonException asJson) {
        BodyFormat lines = formats.of(MultiMap.caseInsensitiveMultiMap().add(CONTENT_TYPE, "application/x-ndjson"));
        try {
            Read read = lines == null
                    ? Read.refused(asJson.getMessage())
                    : read(lines, message.body().getBytes());
            return read.valid().isEmpty() ? Read.refused(asJson.getMessage()) : read;
        } catch (MalformedJsonException | TooManyEventsException e) {
            return Read.refused(asJson.getMessage());
        }
    }

    private Read read(BodyFormat format, byte[] body) {
        DecodedBody decoded = format.read(body, sender.id(), intake.maxBatchEvents());
        return Read.of(Client.check(decoded, format, sender).events());
    }

    /** Appends as many messages together as the store takes at once, then the others. */
    private Future<List<Verdict>> store(List<Read> read, int from, List<Verdict> verdicts) {
        if (from == read.size()) {
            return Future.succeededFuture(verdicts);
        }
        List<AuditEvent> events = new ArrayList<>(read.get(from).valid());
        int next = from + 1;
        while (next < read.size() && events.size() + read.get(next).valid().size() <= intake.maxBatchEvents()) {
            events.addAll(read.get(next++).valid());
        }
        List<Read> together = read.subList(from, next);
        int end = next;
        return intake.append(sender, events, together.size()).compose(outcomes -> {
            int first = 0;
            for (Read each : together) {
                int count = each.valid().size();
                verdicts.add(verdict(each, outcomes.subList(first, first + count)));
                first += count;
            }
            return store(read, end, verdicts);
        });
    }

    private Verdict verdict(Read read, List<Outcome> outcomes) {
        int rejected = read.events().size() - outcomes.size();
        intake.reject(rejected);
        intake.show(sender, protocol, EventsResource.arrival(outcomes, rejected + (read.refusal.isEmpty() ? 0 : 1)));
        if (!read.refusal.isEmpty()) {
            return new Verdict.Refused(read.refusal);
        }
        return firstProblem(read.events(), outcomes)
                .<Verdict>map(Verdict.Refused::new)
                .orElse(new Verdict.Stored(outcomes.size()));
    }

    /** What is wrong with the first event that was not stored. */
    private static Optional<String> firstProblem(List<DecodedEvent> events, List<Outcome> outcomes) {
        int stored = 0;
        for (int i = 0; i < events.size(); i++) {
            String problem = null;
            if (events.get(i) instanceof DecodedEvent.Invalid invalid) {
                FieldError error = invalid.errors().get(0);
                problem = error.pointer() + " " + error.detail();
            } else if (events.get(i) instanceof DecodedEvent.Foreign) {
                problem = "its agent does not have the agent_prefix of this feed";
            } else if (outcomes.get(stored++) instanceof Outcome.Conflict) {
                problem = "another event with its event_id is stored";
            }
            if (problem != null) {
                return Optional.of("event " + i + ": " + problem);
            }
        }
        return Optional.empty();
    }
}
