package dev.sentinel.audit.store.migrate;

import dev.sentinel.audit.event.StoredEvent;
import java.util.List;
import java.util.Optional;

/** The events of a log without the values that a log adds, for a target that adds its own. Owns and closes the log. */
public final class LogEvents implements EventSource {
    private final LogSource log;

    public LogEvents(LogSource log) {
        this.log = log;
    }

    @Override
    public String id() {
        return log.logId();
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public long count(long from, long to) {
        return to - from;
    }

    @Override
    public long agents() {
        return log.agents();
    }

    @Override
    public Rows read(long from, long to) {
        if (from >= to) {
            return new Rows(List.of(), List.of(), List.of(), from);
        }
        List<StoredEvent> events = log.read(from, to);
        return new Rows(
                events.stream()
                        .map(stored -> new Row(stored.seq(), stored.event()))
                        .toList(),
                List.of(),
                List.of(),
                from + events.size());
    }

    @Override
    public Optional<String> idBefore(long position) {
        return position < 1 || position > log.end()
                ? Optional.empty()
                : Optional.of(log.read(position - 1, position)
                        .get(0)
                        .event()
                        .eventId()
                        .toString());
    }

    @Override
    public void close() {
        log.close();
    }
}
