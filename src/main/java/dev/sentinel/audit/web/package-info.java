/**
 * Static files: the dashboard, the guides, the contract (OpenAPI 3.1) and a page to try it.
 *
 * <p>A site is a map from the paths of URLs to files in memory. {@code Dashboard}, {@code Guides} and
 * {@code ApiReference} build such maps from the files of the product; {@code StaticSite} loads a map on a worker when
 * it is first needed and answers from it. Browsers revalidate pages at each use. The files that pages load are in a
 * folder named after its content, so browsers keep them forever. The guides are Markdown in {@code src/site/markdown}
 * and become HTML here.
 *
 * <p>Load-bearing: a path that is not in the map is a 404, so no path of a request ever reaches the class loader. No
 * page loads anything from another host, so all of them work without a network. Nothing is inline, so that their
 * Content-Security-Policies can be strict. The contract is written by hand; tests check it against the routes and their
 * real responses.
 */
@NullMarked
package dev.sentinel.audit.web;

import org.jspecify.annotations.NullMarked;
