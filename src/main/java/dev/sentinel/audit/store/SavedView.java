package dev.sentinel.audit.store;

import java.time.Instant;

/**
 * A view of the dashboard that somebody keeps.
 *
 * @param owner the id of the key that keeps it; empty on a server that asks for no key
 * @param id names it among those of its owner
 * @param name for people; unlike those of the others of its owner
 * @param path with its query, from the root of the server
 * @param created to the millisecond
 */
public record SavedView(String owner, String id, String name, String path, Instant created) {}
