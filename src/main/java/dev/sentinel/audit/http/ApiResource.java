package dev.sentinel.audit.http;

import io.vertx.ext.web.Router;

/**
 * A part of the HTTP interface that declares its own routes. One object is mounted on the router of every event loop,
 * so its handlers run on several threads at once and keep no state of a request in fields.
 */
public interface ApiResource {

    /** Adds the routes; called once for each event loop, on it. */
    void mount(Router router);
}
