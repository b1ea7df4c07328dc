/**
 * Rate limits: how many events a client may send and how many queries it may make per period, and how many bytes it may
 * send a day. Each client has a meter in a Caffeine cache, which bounds their number and drops those that are full
 * again: a Bucket4j bucket, or with several servers the copy of a bucket in Redis. A bucket of Bucket4j in Redis would
 * take two round trips for each request and more while servers compete, where a script takes one.
 */
@NullMarked
package dev.sentinel.audit.http.ratelimit;

import org.jspecify.annotations.NullMarked;
