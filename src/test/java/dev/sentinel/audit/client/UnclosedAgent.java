package dev.sentinel.audit.client;

import java.time.Duration;

/** An agent that records and ends without closing its client. */
final class UnclosedAgent {
    private UnclosedAgent() {}

    /** Arguments: the server's URL, the trace, whether the client is closed on shutdown, how the agent ends. */
    public static void main(String[] arguments) {
        AuditClientBuilder builder = AuditClient.builder()
                .endpoint(arguments[0])
                .agentInstanceId("unclosed")
                .flushInterval(Duration.ofMinutes(1))
                .closeTimeout(Duration.ofSeconds(3));
        AuditClient audit = arguments[2].equals("default")
                ? builder.build()
                : builder.closeOnShutdown(Boolean.parseBoolean(arguments[2])).build();
        for (int i = 0; i < 20; i++) {
            int item = i;
            audit.record(event -> event.traceId(arguments[1]).toolCall("item-" + item));
        }
        if (arguments[3].equals("exit")) {
            System.exit(0);
        }
    }
}
