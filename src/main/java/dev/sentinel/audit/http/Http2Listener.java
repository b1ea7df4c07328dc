package dev.sentinel.audit.http;

/** A resource that implements it is told of clients that speak HTTP/2 without TLS. Event loop. */
@FunctionalInterface
public interface Http2Listener {
    /**
     * A client has begun with HTTP/2.
     *
     * @param address of the client, as this host sees it
     */
    void speaksHttp2(String address);
}
