package dev.sentinel.audit.ingest.cloudevents;

import java.util.Map;

/**
 * An event that is not validated yet.
 *
 * @param json what a client would send
 * @param origins where the client sent the members of the event, by JSON pointers; those of the longest match count
 * @param rest where it sent all others
 */
record Draft(String json, Map<String, String> origins, String rest) {

    /** What the client sent for a part of the event. */
    String sentAt(String pointer) {
        int end = pointer.length();
        while (end > 0) {
            String origin = origins.get(pointer.substring(0, end));
            if (origin != null) {
                return origin + pointer.substring(end);
            }
            end = pointer.lastIndexOf('/', end - 1);
        }
        return rest + pointer;
    }
}
