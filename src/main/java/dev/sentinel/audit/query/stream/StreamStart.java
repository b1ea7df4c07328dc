package dev.sentinel.audit.query.stream;

import java.util.OptionalLong;

/**
 * Where a stream begins.
 *
 * @param position of the first event that it may get; empty for the live end
 * @param unknownId what the client says that it has read last, if the log has not got as far as that; then the stream
 *     begins at the live end
 */
record StreamStart(OptionalLong position, OptionalLong unknownId) {
    static final StreamStart LIVE = new StreamStart(OptionalLong.empty(), OptionalLong.empty());

    static StreamStart behind(long lastEventId) {
        return new StreamStart(OptionalLong.of(lastEventId + 1), OptionalLong.empty());
    }

    static StreamStart afterUnknown(long lastEventId) {
        return new StreamStart(OptionalLong.empty(), OptionalLong.of(lastEventId));
    }
}
