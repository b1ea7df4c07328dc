/**
 * Static files: the dashboard, the guides, the contract (OpenAPI 3.1) and a page to try it. Everything is served from
 * the class path and from memory.
 *
 * <p>Load-bearing: the files that exist are listed by the classes that serve them, so no path of a request ever reaches
 * the class loader. No page loads anything from another host, so all of them work without a network; nothing is inline,
 * so that their Content-Security-Policies can be strict. The contract is written by hand; tests check it against the
 * routes and their real responses.
 */
@NullMarked
package dev.sentinel.audit.web;

import org.jspecify.annotations.NullMarked;
