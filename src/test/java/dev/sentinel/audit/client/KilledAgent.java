package dev.sentinel.audit.client;

import java.nio.file.Path;
import java.time.Duration;

/** An agent that records until it is killed, and prints the number of each recorded event. */
final class KilledAgent {
    private KilledAgent() {}

    /** Arguments: the server's URL, the spill directory, the trace, the number of the first event. */
    @SuppressWarnings("SystemOut") // The test reads its output.
    public static void main(String[] arguments) throws InterruptedException {
        AuditClient audit = AuditClient.builder()
                .endpoint(arguments[0])
                .agentInstanceId("killed")
                .spill(Path.of(arguments[1]))
                .batch(50, 100_000)
                .flushInterval(Duration.ofMillis(50))
                .build();
        for (int i = Integer.parseInt(arguments[3]); ; i++) {
            int item = i;
            audit.record(event -> event.traceId(arguments[2]).toolCall("item-" + item));
            System.out.println(i);
            if (i % 150 == 149) {
                // Sends some events before the end, if there is a server.
                audit.flush(Duration.ofMillis(400));
            }
        }
    }
}
