// Where the server is. This module is two folders below it, so its own URL tells: the page may have been reached through
// a proxy that publishes the server below a path (BASE_PATH).

/** The path of the server, without a slash at its end: "" unless it is below a path. */
export const base = new URL("../..", import.meta.url).pathname.slice(0, -1);

/** The URL of the server, as an SDK needs it. */
export const endpoint = location.origin + base;
