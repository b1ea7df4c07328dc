/**
 * What the server says about itself: the root page, the contract (OpenAPI 3.1) and a page to try it.
 *
 * <p>The contract is written by hand and checked against the routes and their real responses by tests. The page uses
 * the Swagger UI of a WebJar and nothing from another host, so it works without a network; nothing in it is inline, so
 * that its Content-Security-Policy can be strict.
 */
@NullMarked
package dev.sentinel.audit.docs;

import org.jspecify.annotations.NullMarked;
