/**
 * Tells the service manager how the server is, by the protocol of sd_notify(3). The JDK has no datagram sockets in the
 * Unix domain, so {@code systemd-notify} speaks it; wherever there is a service manager that listens, there is that
 * program.
 */
@NullMarked
package dev.sentinel.audit.ops.systemd;

import org.jspecify.annotations.NullMarked;
