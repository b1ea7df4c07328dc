package dev.sentinel.audit.store.sqlite;

import java.util.Map;

/**
 * The disk usage of a store at one moment.
 *
 * @param files bytes by role, write-ahead logs included
 * @param freeBytes free space on the file system for this process
 */
record DiskUsage(Map<String, Long> files, long freeBytes) {}
