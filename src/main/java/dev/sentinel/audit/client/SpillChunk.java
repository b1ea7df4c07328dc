package dev.sentinel.audit.client;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found in a piece of a file.
 *
 * @param events the sound ones
 * @param damaged lines that are none
 * @param length how many bytes of the piece this is
 * @param full whether there were more than were asked for
 */
record SpillChunk(List<byte[]> events, int damaged, int length, boolean full) {

    /** Finds events from the beginning of a piece; what has no line end, the tail of a torn write, is skipped. */
    static SpillChunk parse(byte[] chunk, int maxEvents, int maxSize) {
        List<byte[]> events = new ArrayList<>();
        int damaged = 0;
        int size = 0;
        int at = 0;
        int end;
        while ((end = lineEnd(chunk, at)) < chunk.length) {
            byte[] event = SpillLine.event(chunk, at, end);
            if (event == null) {
                damaged++;
            } else if (events.size() == maxEvents || (size + event.length + 1 > maxSize && !events.isEmpty())) {
                return new SpillChunk(events, damaged, at, true);
            } else {
                events.add(event);
                size += event.length + 1;
            }
            at = end + 1;
        }
        return new SpillChunk(events, damaged, at == 0 ? chunk.length : at, false);
    }

    private static int lineEnd(byte[] chunk, int from) {
        int end = from;
        while (end < chunk.length && chunk[end] != '\n') {
            end++;
        }
        return end;
    }
}
