package dev.sentinel.audit.http;

import io.vertx.ext.web.Router;

/**
 * A part of the HTTP API that declares its own routes. One object is mounted on the router of every event loop, so its
 * handlers run on several threads at once and must not keep request state in fields.
 */
public interface ApiResource {

    /** Adds the routes. Called once per event loop, on that event loop. */
    void mount(Router router);
}
