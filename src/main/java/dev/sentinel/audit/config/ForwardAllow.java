package dev.sentinel.audit.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The private targets that destinations may reach.
 *
 * @param networks by address
 * @param hosts by name, in lower case, whatever addresses they have
 */
public record ForwardAllow(List<Subnet> networks, Set<String> hosts) {
    /** Only public addresses. */
    public static final ForwardAllow NONE = new ForwardAllow(List.of(), Set.of());

    /** Not a number at the end, which would be a misspelled address. */
    private static final Pattern HOST = Pattern.compile("([a-z0-9_-]+\\.)*[a-z_-][a-z0-9_-]*");

    public ForwardAllow {
        networks = List.copyOf(networks);
        hosts = Set.copyOf(hosts);
    }

    /**
     * Reads addresses, networks and names.
     *
     * @throws IllegalArgumentException if one of them is neither
     */
    static ForwardAllow parse(List<String> entries) {
        List<Subnet> networks = new ArrayList<>();
        Set<String> hosts = new LinkedHashSet<>();
        for (String entry : entries) {
            String name = entry.toLowerCase(Locale.ROOT);
            Subnet network = Subnet.parse(name);
            if (network != null) {
                networks.add(network);
            } else if (HOST.matcher(name).matches()) {
                hosts.add(name);
            } else {
                throw new IllegalArgumentException("neither a network nor a host name: " + entry);
            }
        }
        return new ForwardAllow(networks, hosts);
    }

    /** Whether a host is allowed by its name, in any case. */
    public boolean hasHost(String host) {
        return hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Whether an address is in one of the networks. */
    public boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
