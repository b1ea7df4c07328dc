package dev.sentinel.audit.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Some addresses that lie beside each other, such as {@code 10.0.0.0/8} or {@code ::1}. Immutable. */
public final class Subnet {
    private final IpSubnetFilterRule rule;

    private Subnet(IpSubnetFilterRule rule) {
        this.rule = rule;
    }

    /** Null if the text is none: an address, or one with a slash and how many bits of it count. */
    public static @Nullable Subnet parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v4 = NetUtil.isValidIpV4Address(address);
        if (!v4 && !NetUtil.isValidIpV6Address(address)) {
            return null;
        }
        int most = v4 ? 32 : 128;
        String bits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
            return null;
        }
        return new Subnet(new IpSubnetFilterRule(address, Integer.parseInt(bits), IpFilterRuleType.ACCEPT));
    }

    /** Whether it has this address. */
    public boolean contains(InetAddress address) {
        return rule.matches(new InetSocketAddress(address, 0));
    }
}
