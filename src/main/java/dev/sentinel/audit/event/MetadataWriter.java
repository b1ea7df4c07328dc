package dev.sentinel.audit.event;

import org.jspecify.annotations.Nullable;

/**
 * Takes the members of an event's metadata, which are redacted while they are written ({@link EventRedaction}). Strings
 * and names hold neither NUL characters nor lone surrogates, and the names of an object differ. One thread.
 */
public final class MetadataWriter {
    private final RedactedJson out;
    private char[] buffer = {};

    MetadataWriter(RedactedJson out) {
        this.out = out;
    }

    public void startObject() {
        out.start(false);
    }

    /** Starts a member that is an object. */
    public void startObject(String name) {
        name(name);
        startObject();
    }

    public void startArray() {
        out.start(true);
    }

    /** Starts a member that is an array. */
    public void startArray(String name) {
        name(name);
        startArray();
    }

    /** Ends the object or the array that was started last. */
    public void end() {
        out.end();
    }

    /** Begins a member; its value follows. */
    public void name(String name) {
        out.name(copied(name), 0, name.length(), name);
    }

    public void text(String text) {
        out.text(copied(text), 0, text.length());
    }

    /** A member that is a string. */
    public void text(String name, String text) {
        name(name);
        text(text);
    }

    public void number(long number) {
        spelled(Long.toString(number), true);
    }

    /** A member that is a number. */
    public void number(String name, long number) {
        name(name);
        number(number);
    }

    /**
     * A number.
     *
     * @param number finite
     */
    public void number(double number) {
        spelled(Double.toString(number), true);
    }

    /**
     * A member that is a number.
     *
     * @param number finite
     */
    public void number(String name, double number) {
        name(name);
        number(number);
    }

    /** A number as it is spelled in JSON. */
    public void number(char[] spelled, int from, int length) {
        out.scalar(spelled, from, length, true);
    }

    /** True, false or null. */
    public void literal(@Nullable Boolean literal) {
        spelled(String.valueOf(literal), false);
    }

    private void spelled(String json, boolean number) {
        out.scalar(copied(json), 0, json.length(), number);
    }

    private char[] copied(String text) {
        int length = text.length();
        if (buffer.length < length) {
            buffer = new char[Math.max(length, 2 * buffer.length)];
        }
        text.getChars(0, length, buffer, 0);
        return buffer;
    }
}
