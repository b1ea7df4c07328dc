/**
 * Reports the server's state to the service manager, by the protocol of sd_notify(3). The JDK has no Unix datagram
 * sockets, so this runs the program {@code systemd-notify}, which exists wherever such a service manager runs.
 */
@NullMarked
package dev.sentinel.audit.ops.systemd;

import org.jspecify.annotations.NullMarked;
