/**
 * A synthetic day of agents, for a tour of the dashboard. Deterministic for a seed and a time, so that it can be
 * tested; nothing here knows HTTP.
 */
@NullMarked
package dev.sentinel.audit.cli.demo;

import org.jspecify.annotations.NullMarked;
