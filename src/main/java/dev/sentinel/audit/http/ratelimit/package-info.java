/**
 * Rate limits: how many events a client may send in a time. Buckets are Bucket4j's, kept by Caffeine, which forgets
 * those that are full again and bounds how many there are.
 */
@NullMarked
package dev.sentinel.audit.http.ratelimit;

import org.jspecify.annotations.NullMarked;
