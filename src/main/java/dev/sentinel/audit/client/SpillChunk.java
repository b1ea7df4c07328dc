package dev.sentinel.audit.client;

import java.util.ArrayList;
import java.util.List;

/**
 * The events parsed from a chunk of a file.
 *
 * @param events the valid events
 * @param damaged the number of invalid lines
 * @param length the number of bytes consumed
 * @param full whether there were more events than requested
 */
record SpillChunk(List<byte[]> events, int damaged, int length, boolean full) {

    /** Parses events from the start of a chunk. A last line without line feed, left by a torn write, is skipped. */
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
