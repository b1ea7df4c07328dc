/**
 * Configuration from environment variables, parsed once at start into records. {@code conf/sentinel.env} documents the
 * defaults; a test keeps the two equal.
 */
@NullMarked
package dev.sentinel.audit.config;

import org.jspecify.annotations.NullMarked;
