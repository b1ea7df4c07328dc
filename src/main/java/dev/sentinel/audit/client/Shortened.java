package dev.sentinel.audit.client;

/**
 * A text of which an event keeps only the beginning, such as the message of an exception. It is redacted first, so that
 * no half of a secret stays.
 *
 * @param max characters (code points), at least 1
 */
record Shortened(String text, int max) {}
