package dev.sentinel.audit.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/** Whether others can read what is sent to a server. */
final class Endpoints {
    private Endpoints() {}

    /** Whether requests leave this machine without encryption. Asks no name server. */
    static boolean areReadable(URI endpoint) {
        return "http".equals(endpoint.getScheme())
                && !isLoopback(endpoint.getHost().toLowerCase(Locale.ROOT));
    }

    private static boolean isLoopback(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        if (name.startsWith("[")) {
            try {
                // An address in brackets is never looked up.
                return InetAddress.getByName(name).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }
        return name.startsWith("127.") && name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
