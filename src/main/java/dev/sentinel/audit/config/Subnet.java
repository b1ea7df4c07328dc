package dev.sentinel.audit.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** An IP address or network, such as {@code 10.0.0.0/8} or {@code ::1}. Immutable. */
public final class Subnet {
    private final byte[] network;
    private final int bits;

    private Subnet(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** Parses an address, optionally with a slash and a prefix length. Null if the text is neither. */
    public static @Nullable Subnet parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v4 = NetUtil.isValidIpV4Address(address);
        if (!v4 && !NetUtil.isValidIpV6Address(address)) {
            return null;
        }
        int maxBits = v4 ? 32 : 128;
        String bits = slash < 0 ? Integer.toString(maxBits) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > maxBits) {
            return null;
        }
        return new Subnet(NetUtil.createByteArrayFromIpAddressString(address), Integer.parseInt(bits));
    }

    /** Whether the address is in this network. */
    public boolean contains(InetAddress address) {
        // Not by Netty's IpSubnetFilterRule: of IPv6, it also matches every address whose prefix has no bit of zero.
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (8 - rest) == 0;
    }
}
