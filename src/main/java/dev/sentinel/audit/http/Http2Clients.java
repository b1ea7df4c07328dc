package dev.sentinel.audit.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognizes clients that begin with HTTP/2 (RFC 9113, section 3.4), which this server does not speak, and which the
 * framework answers 501. Those are exporters of OpenTelemetry that use gRPC, their default, and tell nobody that they
 * fail. One event loop.
 */
final class Http2Clients {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Clients.class);
    private static final String PREFACE_METHOD = "PRI";

    /** Beyond this number, further ones are not logged. */
    private static final int MAX_LOGGED = 1_000;

    private final List<Http2Listener> listeners;
    private final Set<String> logged = new HashSet<>();

    Http2Clients(List<Http2Listener> listeners) {
        this.listeners = listeners;
    }

    /** Logs a client once for each of its addresses, if this is the method of the preface. */
    void look(String method, SocketAddress client) {
        if (!PREFACE_METHOD.equals(method)) {
            return;
        }
        String address = client instanceof InetSocketAddress known
                ? known.getAddress().getHostAddress()
                : String.valueOf(client);
        listeners.forEach(listener -> listener.speaksHttp2(address));
        if (logged.size() < MAX_LOGGED && logged.add(address)) {
            LOG.warn(
                    "a gRPC exporter is talking to the HTTP port client={}"
                            + " fix=\"set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\"",
                    address);
        }
    }
}
