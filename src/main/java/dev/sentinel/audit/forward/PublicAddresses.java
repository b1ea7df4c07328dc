package dev.sentinel.audit.forward;

import dev.sentinel.audit.config.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Which addresses are those of the public internet, by the special-purpose registries of IANA (RFC 6890). */
final class PublicAddresses {
    /** Everything of IPv4 that is not public. */
    private static final List<Subnet> SPECIAL_V4 = subnets(
            "0.0.0.0/8", // this host: connects to loopback
            "10.0.0.0/8",
            "100.64.0.0/10", // carrier-grade NAT, and the metadata of one cloud
            "127.0.0.0/8",
            "168.63.129.16", // the platform of a cloud, although the address is public
            "169.254.0.0/16", // link-local: the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24", // relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3"); // multicast, reserved, broadcast

    /**
     * The only part of IPv6 that is public. Outside of it are loopback, unique local, link-local and multicast
     * addresses, and those of IPv4 inside of IPv6 (mapped, compatible, NAT64).
     */
    private static final List<Subnet> GLOBAL_V6 = subnets("2000::/3");

    private static final List<Subnet> SPECIAL_V6 = subnets(
            "2001::/23", // protocols, among them Teredo, which has an address of IPv4 inside
            "2001:db8::/32",
            "2002::/16", // 6to4, which has an address of IPv4 inside
            "3fff::/20");

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        return address instanceof Inet4Address
                ? !isIn(SPECIAL_V4, address)
                : isIn(GLOBAL_V6, address) && !isIn(SPECIAL_V6, address);
    }

    private static boolean isIn(List<Subnet> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<Subnet> subnets(String... networks) {
        return Stream.of(networks)
                .map(Subnet::parse)
                .map(Objects::requireNonNull)
                .toList();
    }
}
