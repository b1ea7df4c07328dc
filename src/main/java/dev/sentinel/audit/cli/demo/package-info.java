/**
 * A made-up day of agents, to look around with. Deterministic for a seed and a time, so that it can be tested; nothing
 * here knows HTTP.
 */
@NullMarked
package dev.sentinel.audit.cli.demo;

import org.jspecify.annotations.NullMarked;
