package dev.sentinel.audit.keys;

/**
 * An administrative action, to be captured as an event.
 *
 * @param eventId the event's id
 * @param event the event's JSON, as a client would send it
 */
public record AdminAct(String eventId, String event) {}
