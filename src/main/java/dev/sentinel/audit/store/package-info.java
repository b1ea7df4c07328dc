/**
 * The ports of an event store: append ({@link dev.sentinel.audit.store.EventAppender}), read the log
 * ({@link dev.sentinel.audit.store.LogReader}), search ({@link dev.sentinel.audit.store.EventFinder}), sum up
 * ({@link dev.sentinel.audit.store.Summaries}) and health ({@link dev.sentinel.audit.store.StoreHealth}). Each part of
 * the server uses only the ports that it needs. Implementations live in sub-packages and share only this contract;
 * nothing here knows SQL or HTTP.
 */
@NullMarked
package dev.sentinel.audit.store;

import org.jspecify.annotations.NullMarked;
