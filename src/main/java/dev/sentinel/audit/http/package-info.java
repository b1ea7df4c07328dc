/**
 * The HTTP server: listening, routing, reading bodies, turning failures into problem responses. It knows no feature;
 * features are {@link dev.sentinel.audit.http.ApiResource}s.
 */
@NullMarked
package dev.sentinel.audit.http;

import org.jspecify.annotations.NullMarked;
