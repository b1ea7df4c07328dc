/**
 * Destinations on the machine of the server: files for tools that pick them up, and the standard output for containers.
 * They use no network, so they are also the way out of an isolated one.
 */
@NullMarked
package dev.sentinel.audit.forward.file;

import org.jspecify.annotations.NullMarked;
