package dev.sentinel.audit.store;

/** A log that no server uses, and whose number may be changed. Blocking, one thread; throws failures. */
public interface NumberedLog extends AutoCloseable {

    /** The id of the log. */
    String logId();

    /** The highest number of a signed log that was begun with these events; 0 for none. */
    int number();

    /** The number of events. */
    long events();

    /** Records that a number was begun, and forgets the tree, which the server then builds from the events. */
    void begin(int number);

    @Override
    void close();
}
