/**
 * Files of pages, served from the class path and from memory. Which files there are is said by who serves them, by name:
 * no path of a request ever reaches the class loader.
 */
@NullMarked
package dev.sentinel.audit.assets;

import org.jspecify.annotations.NullMarked;
