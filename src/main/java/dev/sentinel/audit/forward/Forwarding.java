package dev.sentinel.audit.forward;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The destinations that this server delivers to. Any thread. */
final class Forwarding {
    /**
     * One of them.
     *
     * @param version changes with what administrators say of it
     */
    record Entry(Forwarder forwarder, String version) {}

    private final Map<String, Entry> byId = new ConcurrentHashMap<>();

    Map<String, Entry> all() {
        return Map.copyOf(byId);
    }

    Optional<Forwarder> of(String id) {
        return Optional.ofNullable(byId.get(id)).map(Entry::forwarder);
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    /** Without replays, which are bounded by the destinations: one for each. */
    int destinations() {
        return (int) byId.values().stream()
                .filter(entry -> entry.forwarder().row().replay() == null)
                .count();
    }

    void add(String id, Entry entry) {
        byId.put(id, entry);
    }

    void remove(String id) {
        byId.remove(id);
    }
}
