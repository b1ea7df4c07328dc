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
     * The other side has taken responsibility for the first events of the batch, as far as a delivery came in good time
     * or before it failed. The others come again at once; the other side MAY have some of them and recognizes those.
     *
     * @param events how many, in order; at least 1 and fewer than the batch has
     * @param status as for {@link Done}, and why not all
     */
    record Part(int events, String status) implements Delivery {}

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
