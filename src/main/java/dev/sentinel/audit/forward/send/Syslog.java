package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Batch;
import dev.sentinel.audit.forward.Delivery;
import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.Guarantee;
import dev.sentinel.audit.forward.Limits;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Writes batches to a receiver of syslog. */
final class Syslog implements Destination {
    private static final Limits LIMITS = new Limits(1_000, 1 << 20, Duration.ofSeconds(1));

    /** What most receivers take. */
    private static final int USUAL_MESSAGE = 8 << 10;

    private static final int MIN_MESSAGE = 2 << 10;
    private static final int MAX_MESSAGE = 1 << 20;

    private final Vertx vertx;
    private final SyslogMessages messages;
    private final SyslogConnection connection;

    Syslog(Vertx vertx, Settings settings) {
        Options options = new Options(settings);
        String format = options.text(SyslogType.FORMAT, "json");
        if (!format.equals("json") && !format.equals("cef")) {
            throw new IllegalArgumentException("format must be json or cef");
        }
        String hostname = options.token(SyslogType.HOSTNAME).orElse("-");
        if (hostname.length() > 255) {
            throw new IllegalArgumentException("hostname must have at most 255 characters");
        }
        this.vertx = vertx;
        this.messages = new SyslogMessages(
                format.equals("cef"),
                options.number(SyslogType.MAX_MESSAGE, USUAL_MESSAGE, MIN_MESSAGE, MAX_MESSAGE),
                hostname);
        this.connection = new SyslogConnection(vertx, settings);
    }

    @Override
    public Future<Delivery> deliver(Batch batch) {
        return vertx.executeBlocking(() -> messages.write(batch), false)
                .compose(written -> written.tooLong().isPresent()
                        ? Future.succeededFuture(new Delivery.Refused(
                                written.tooLong().getAsInt(), "longer than max_message, also without metadata"))
                        : connection.write(written.bytes()).map(new Delivery.Done("sent")));
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.HANDED_OVER;
    }

    /** Connects. There is nothing to ask. */
    @Override
    public Future<Void> test() {
        return connection.connect();
    }

    @Override
    public Future<Void> close() {
        return connection.close();
    }
}
