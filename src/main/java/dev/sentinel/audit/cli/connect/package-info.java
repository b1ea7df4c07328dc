/**
 * The configuration with which agents that speak OpenTelemetry send to Sentinel. Each recipe is a template in the
 * resources of this package, so that what the command prints, what the guide shows and what the tests parse is one
 * text.
 */
@NullMarked
package dev.sentinel.audit.cli.connect;

import org.jspecify.annotations.NullMarked;
