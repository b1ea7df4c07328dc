/**
 * Configuration from environment variables, parsed once at start into records. The defaults are documented in
 * {@code conf/sentinel.env}; a test holds the two together.
 */
@NullMarked
package dev.sentinel.audit.config;

import org.jspecify.annotations.NullMarked;
