package dev.sentinel.audit.forward;

/** What became of a batch that reached the other side. */
public sealed interface Delivery {

    /**
     * The other side has taken all events.
     *
     * @param status what it said, to show to people, such as {@code HTTP 200}; at most 200 characters
     */
    record Done(String status) implements Delivery {}

    /**
     * The other side will never take the batch as it is. It has taken none of its events, or recognizes those that it
     * has taken when they come again.
     *
     * @param index of the event in the batch that it refuses, or {@link #UNKNOWN}: then the batch is halved until the
     *     event is found
     * @param reason to show to people; at most 200 characters, without text of the event
     */
    record Refused(int index, String reason) implements Delivery {
        /** The other side did not say which event it refuses. */
        public static final int UNKNOWN = -1;
    }
}
