package dev.sentinel.audit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.20.16.0/20, 10.20.31.255, true",
        "10.20.16.0/20, 10.20.32.0, false",
        "172.16.0.0/12, 172.32.0.0, false",
        "192.168.1.7, 192.168.1.7, true",
        "192.168.1.7, 192.168.1.6, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "::1, ::1, true",
        "::1, ::2, false",
        "2000::/3, 3fff::1, true",
        "2000::/3, 4000::1, false",
        // Prefixes of ones only, which Netty takes for a part of every network.
        "2000::/3, fe80::1, false",
        "fd00::/8, ff02::1, false",
        "::/0, fe80::1, true",
        "::ffff:0:0/96, 10.0.0.1, false"
    })
    void contains_address_goesByThePrefix(String network, String address, boolean expected)
            throws UnknownHostException {
        Subnet subnet = Subnet.parse(network);

        assertThat(subnet).isNotNull();
        assertThat(subnet.contains(InetAddress.getByName(address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nginx", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8"})
    void parse_somethingElse_returnsNull(String text) {
        assertThat(Subnet.parse(text)).isNull();
    }
}
