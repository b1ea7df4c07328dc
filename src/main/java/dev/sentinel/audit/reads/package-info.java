/**
 * Reads that many ask for at the same time: of keys, of a revision, of statistics. Knows neither what is read nor from
 * where.
 */
@NullMarked
package dev.sentinel.audit.reads;

import org.jspecify.annotations.NullMarked;
