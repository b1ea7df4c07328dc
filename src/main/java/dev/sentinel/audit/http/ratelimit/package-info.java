/**
 * Rate limits: how many events a client may send and how many queries it may make per period, and how many bytes it may
 * send a day. Uses Bucket4j buckets in Caffeine caches, which bound their number and drop buckets that are full again.
 */
@NullMarked
package dev.sentinel.audit.http.ratelimit;

import org.jspecify.annotations.NullMarked;
