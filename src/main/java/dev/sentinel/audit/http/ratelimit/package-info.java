/**
 * Rate limits: how many events a client may send per period. Uses Bucket4j buckets in a Caffeine cache, which bounds
 * their number and drops buckets that are full again.
 */
@NullMarked
package dev.sentinel.audit.http.ratelimit;

import org.jspecify.annotations.NullMarked;
