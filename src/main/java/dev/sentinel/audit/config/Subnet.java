package dev.sentinel.audit.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** An IP address or network, such as {@code 10.0.0.0/8} or {@code ::1}. Immutable. */
public final class Subnet {
    private final IpSubnetFilterRule rule;

    private Subnet(IpSubnetFilterRule rule) {
        this.rule = rule;
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
        return new Subnet(new IpSubnetFilterRule(address, Integer.parseInt(bits), IpFilterRuleType.ACCEPT));
    }

    /** Whether the address is in this network. */
    public boolean contains(InetAddress address) {
        return rule.matches(new InetSocketAddress(address, 0));
    }
}
