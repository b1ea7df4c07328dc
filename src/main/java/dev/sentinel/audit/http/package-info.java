/**
 * The HTTP server itself: listening, routing, reading bodies, turning failures into problem bodies. Knows no feature;
 * features come as {@link dev.sentinel.audit.http.ApiResource}s.
 */
@NullMarked
package dev.sentinel.audit.http;

import org.jspecify.annotations.NullMarked;
