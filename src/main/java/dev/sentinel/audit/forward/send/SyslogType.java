package dev.sentinel.audit.forward.send;

import dev.sentinel.audit.forward.Destination;
import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.forward.Settings;
import io.vertx.core.Vertx;
import java.util.Set;

/** {@code syslog+tls://collector.example.com:6514}: any receiver of syslog over TCP or TLS. */
public final class SyslogType implements DestinationType {
    static final String TLS = "syslog+tls";
    static final String FORMAT = "format";
    /** Bytes that the receiver takes before it cuts a message. */
    static final String MAX_MESSAGE = "max_message";
    /** Of this server, in each message. */
    static final String HOSTNAME = "hostname";

    @Override
    public Set<String> schemes() {
        return Set.of("syslog+tcp", TLS);
    }

    @Override
    public Set<String> options() {
        return Set.of(FORMAT, MAX_MESSAGE, HOSTNAME, Options.CA);
    }

    @Override
    public Set<String> secrets() {
        return Set.of(Options.CA);
    }

    @Override
    public Destination open(Settings settings, Vertx vertx) {
        return new Syslog(vertx, settings);
    }
}
