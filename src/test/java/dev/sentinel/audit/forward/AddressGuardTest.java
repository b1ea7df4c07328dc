package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sentinel.audit.config.ForwardAllow;
import dev.sentinel.audit.config.Subnet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private static final String PUBLIC = "93.184.215.14";
    private static final ForwardAllow SOME =
            new ForwardAllow(List.of(Objects.requireNonNull(Subnet.parse("10.20.0.0/16"))), Set.of("siem.internal"));

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.255",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:a00:1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::a00:1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void address_notPublic_isDenied(String address) {
        AddressGuard guard = guard(ForwardAllow.NONE);

        assertDenied(() -> await(guard.address(address, 443)), "not public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "169.254.169.254", "fd00:ec2::254", "2002:a00:1::", "10.0.0.1"})
    void name_withOneAddressThatIsNotPublic_isDenied(String address) throws UnknownHostException {
        AddressGuard guard = guard(ForwardAllow.NONE, PUBLIC, address);

        assertDenied(() -> await(guard.address("two-faced.example.com", 443)), "not public");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "0177.0.0.1",
                "0x7f.0.0.1",
                "0x7f000001",
                "127.1",
                "127.0.1",
                "127.0.0.01",
                "127.0.0.1.",
                "example.0x7f",
                "0x",
                "1.2.3.4.5",
                "256.256.256.256",
                "127。0。0。1",
                "１２７.0.0.1",
                "fe80::1%lo",
                "[::1]",
                "local host",
                "a@b",
                ""
            })
    void spelling_thatParsersReadDifferently_isDeniedWithoutResolving(String host) {
        AtomicInteger asked = new AtomicInteger();
        AddressGuard guard = new AddressGuard(vertx, SOME, false, name -> {
            asked.incrementAndGet();
            return InetAddress.getAllByName(PUBLIC);
        });

        assertDenied(() -> await(guard.address(host, 443)), "usual form");
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"93.184.215.14, 93.184.215.14", "2606:2800:21f:cb07::1, 2606:2800:21f:cb07:0:0:0:1"})
    void address_public_isReachedWithTls(String host, String address) {
        SocketAddress reached = await(guard(ForwardAllow.NONE).address(host, 8088));

        assertThat(reached.hostAddress()).isEqualTo(address);
        assertThat(reached.port()).isEqualTo(8088);
    }

    @Test
    void unencrypted_publicAddress_isDenied() {
        assertDenied(() -> await(guard(SOME).unencrypted(PUBLIC, 80)), "only be reached with TLS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.20.0.1", "10.20.255.255", "siem.internal", "SIEM.internal"})
    void allowed_networkOrName_isReachedWithAndWithoutTls(String host) throws UnknownHostException {
        AddressGuard guard = guard(SOME, "192.168.7.7");

        assertThat(await(guard.address(host, 1)).port()).isEqualTo(1);
        assertThat(await(guard.unencrypted(host, 2)).port()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.21.0.1", "other.internal"})
    void allowed_somethingElse_isDenied(String host) throws UnknownHostException {
        AddressGuard guard = guard(SOME, "192.168.7.7");

        assertDenied(() -> await(guard.address(host, 443)), "not public");
    }

    @Test
    void name_thatChangesItsMind_isConnectedToTheAddressThatWasChecked() throws UnknownHostException {
        Queue<InetAddress[]> answers = new ArrayDeque<>(
                List.of(InetAddress.getAllByName(PUBLIC), InetAddress.getAllByName("169.254.169.254")));
        AddressGuard guard = new AddressGuard(vertx, ForwardAllow.NONE, false, host -> answers.remove());

        SocketAddress first = await(guard.address("rebind.example.com", 443));

        // An address, so that nothing that connects asks again.
        assertThat(first.hostAddress()).isEqualTo(PUBLIC);
        assertDenied(() -> await(guard.address("rebind.example.com", 443)), "not public");
    }

    /** The first address may be away for ever. */
    @Test
    void address_nameWithSeveralAddresses_usesEachOfThem() throws UnknownHostException {
        AddressGuard guard = guard(ForwardAllow.NONE, PUBLIC, "93.184.215.15", "2606:2800:21f:cb07::1");

        Set<String> reached = IntStream.range(0, 100)
                .mapToObj(i -> await(guard.address("siem.example.com", 443)).hostAddress())
                .collect(Collectors.toSet());

        // Not that of the family which is not the first: this machine may have no route for it.
        assertThat(reached).containsExactlyInAnyOrder(PUBLIC, "93.184.215.15");
    }

    @Test
    void address_namesOfTheApiHang_holdsNoneOfTheOperator() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        AddressGuard api = new AddressGuard(vertx, ForwardAllow.NONE, false, host -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[0];
        });
        for (int i = 0; i < 10; i++) {
            api.address("hangs.example.com", 443).onComplete(done -> {});
        }

        AddressGuard operator = AddressGuard.open(vertx);

        assertThat(await(operator.address("localhost", 443)).port()).isEqualTo(443);
        over.countDown();
    }

    @Test
    void name_thatCannotBeResolved_isTransient() {
        AddressGuard guard = new AddressGuard(vertx, ForwardAllow.NONE, false, host -> {
            throw new UnknownHostException(host);
        });

        assertThatThrownBy(() -> await(guard.address("nowhere.example.com", 443)))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("cannot resolve nowhere.example.com")
                .extracting(cause -> ((DeliveryException) cause).kind())
                .isEqualTo(DeliveryException.Kind.TRANSIENT);
    }

    @Test
    void open_reachesEverything() {
        AddressGuard guard = AddressGuard.open(vertx);

        assertThat(await(guard.unencrypted("127.0.0.1", 514)).hostAddress()).isEqualTo("127.0.0.1");
        assertThat(await(guard.address("localhost", 443)).port()).isEqualTo(443);
    }

    private AddressGuard guard(ForwardAllow allow) {
        return new AddressGuard(vertx, allow, false, host -> {
            throw new AssertionError("an address is not resolved");
        });
    }

    private AddressGuard guard(ForwardAllow allow, String... addresses) throws UnknownHostException {
        InetAddress[] found = new InetAddress[addresses.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
        }
        return new AddressGuard(vertx, allow, false, host -> found);
    }

    private static void assertDenied(ThrowingCallable call, String why) {
        assertThatThrownBy(call)
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining(why)
                .extracting(cause -> ((DeliveryException) cause).kind())
                .isEqualTo(DeliveryException.Kind.DENIED);
    }

    private static <T> T await(Future<T> future) {
        return future.await();
    }
}
