package dev.sentinel.audit.query.stream;

import java.util.OptionalLong;

/**
 * The start of a stream.
 *
 * @param position of the first event that it may send; empty for the live end
 * @param unknownId the last id of the client, if it is beyond the end of the log; the stream then begins at the live
 *     end
 */
record StreamStart(OptionalLong position, OptionalLong unknownId) {
    static final StreamStart LIVE = new StreamStart(OptionalLong.empty(), OptionalLong.empty());

    static StreamStart after(long lastEventId) {
        return new StreamStart(OptionalLong.of(lastEventId + 1), OptionalLong.empty());
    }

    static StreamStart afterUnknown(long lastEventId) {
        return new StreamStart(OptionalLong.empty(), OptionalLong.of(lastEventId));
    }
}
