package dev.sentinel.audit.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(VertxExtension.class)
@Timeout(10)
final class LinkTest {
    private final AtomicInteger closed = new AtomicInteger();
    private final Link link = new Link("siem", Duration.ofMillis(20));
    private @Nullable Unforeseen closes;

    private final Destination destination = new Destination() {
        @Override
        public Future<Delivery> deliver(Batch batch) {
            return Future.succeededFuture(new Delivery.Done("taken"));
        }

        @Override
        public Limits limits() {
            return new Limits(1, 1, Duration.ZERO);
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.ACKNOWLEDGED;
        }

        @Override
        public Future<Void> test() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
            closed.incrementAndGet();
            return closes == null ? Future.succeededFuture() : answer(closes);
        }
    };

    /** What nobody foresaw. */
    enum Unforeseen {
        THROWS,
        LACKS_A_CLASS,
        ANSWERS_NOTHING,
        FAILS,
        HANGS
    }

    private static Future<Void> answer(Unforeseen what) {
        return switch (what) {
            case THROWS -> throw new IllegalStateException("broken");
            case LACKS_A_CLASS -> throw new NoClassDefFoundError("of a plugin");
            case ANSWERS_NOTHING -> nothing();
            case FAILS -> Future.failedFuture(new IllegalStateException("broken"));
            case HANGS -> Promise.<Void>promise().future();
        };
    }

    /** A plugin need not have been checked for this. */
    @SuppressWarnings("NullAway")
    private static Future<Void> nothing() {
        return null;
    }

    @BeforeEach
    void open() {
        link.opened(destination);
        link.ordered();
    }

    @ParameterizedTest
    @EnumSource(Unforeseen.class)
    void close_failsUnforeseen_closesTheLink(Unforeseen what) {
        closes = what;

        link.close();

        assertThat(link.isInOrder()).isFalse();
        assertThat(closed.get()).isEqualTo(1);
    }

    @Test
    void call_succeeds_leavesTheLinkInOrder(Vertx vertx) {
        Delivery answer = on(vertx, () -> link.call(destination, open -> open.deliver(new Batch(List.of(), 0, 0))));

        assertThat(answer).isEqualTo(new Delivery.Done("taken"));
        assertThat(link.isInOrder()).isTrue();
    }

    /** The other side is there, and must say how far it is. */
    @Test
    void call_failsAsForeseen_keepsTheDestinationOpen(Vertx vertx) {
        Throwable cause = failure(
                vertx, () -> link.call(destination, open -> Future.failedFuture(DeliveryException.away("not now"))));

        assertThat(cause).isInstanceOf(DeliveryException.class);
        assertThat(link.destination()).isSameAs(destination);
        assertThat(link.isInOrder()).isFalse();
        assertThat(closed).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void call_failsUnforeseen_closesTheDestination(Unforeseen what, Vertx vertx) {
        Throwable cause = failure(vertx, () -> link.call(destination, open -> answer(what)));

        assertThat(cause)
                .isInstanceOf(
                        switch (what) {
                            case THROWS, FAILS -> IllegalStateException.class;
                            case LACKS_A_CLASS -> NoClassDefFoundError.class;
                            case ANSWERS_NOTHING -> NullPointerException.class;
                            case HANGS -> TimeoutException.class;
                        });
        assertThat(link.destination()).isNull();
        assertThat(link.isInOrder()).isFalse();
        assertThat(closed).hasValue(1);
    }

    @Test
    void close_twice_closesTheDestinationOnce() {
        link.close();
        link.close();

        assertThat(closed).hasValue(1);
    }

    private static <T> T on(Vertx vertx, Supplier<Future<T>> call) {
        return Future.future((Promise<T> done) -> vertx.getOrCreateContext()
                        .runOnContext(now -> call.get().onComplete(done)))
                .await();
    }

    private static Throwable failure(Vertx vertx, Supplier<Future<Void>> call) {
        return on(vertx, () -> call.get().transform(done -> Future.succeededFuture(done.cause())));
    }
}
