package dev.sentinel.audit.keys;

/**
 * Something that an administrator did, to be captured as an event.
 *
 * @param eventId of the event
 * @param event its JSON, as a client would send it
 */
public record AdminAct(String eventId, String event) {}
