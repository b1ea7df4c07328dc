package dev.sentinel.audit.event;

/**
 * What is wrong with one part of an event.
 *
 * @param pointer where, as an RFC 6901 JSON pointer relative to the event ("" is the event itself)
 * @param detail a sentence for a person; contains no value that the client sent
 */
public record FieldError(String pointer, String detail) {}
