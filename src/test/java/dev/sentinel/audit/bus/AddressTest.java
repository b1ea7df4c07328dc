package dev.sentinel.audit.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
final class AddressTest {
    private static final Address<String, String> ADDRESS = new Address<>("test");

    private final Promise<String> reply = Promise.promise();
    private Vertx vertx;

    @BeforeEach
    void registerCodec(Vertx ours) {
        vertx = ours;
        LocalCodec.register(vertx);
    }

    @Test
    void request_replyIsLate_fails() {
        ADDRESS.serve(vertx.eventBus(), message -> reply.future());

        Future<String> answer = ADDRESS.request(vertx.eventBus(), "hello", Duration.ofMillis(20));

        assertFails(answer, ReplyFailure.TIMEOUT);
    }

    /** The timer that stands for "never" must not overflow into one that has run out. */
    @Test
    void requestUntilAnswered_replyIsLate_waitsForIt() throws Exception {
        ADDRESS.serve(vertx.eventBus(), message -> reply.future());

        Future<String> answer = ADDRESS.requestUntilAnswered(vertx.eventBus(), "hello");
        vertx.timer(200, TimeUnit.MILLISECONDS).await(20, TimeUnit.SECONDS);
        assertThat(answer.isComplete()).isFalse();
        reply.complete("late");

        assertThat(answer.await(20, TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void requestUntilAnswered_handlerFails_failsWithTheSame() {
        IllegalStateException cause = new IllegalStateException("no");
        ADDRESS.serve(vertx.eventBus(), message -> Future.failedFuture(cause));

        assertThatThrownBy(() ->
                        ADDRESS.requestUntilAnswered(vertx.eventBus(), "hello").await(20, TimeUnit.SECONDS))
                .isSameAs(cause);
    }

    @Test
    void requestUntilAnswered_nobodyServes_fails() {
        assertFails(ADDRESS.requestUntilAnswered(vertx.eventBus(), "hello"), ReplyFailure.NO_HANDLERS);
    }

    private static void assertFails(Future<String> answer, ReplyFailure type) {
        assertThatThrownBy(() -> answer.await(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ReplyException.class,
                        failure -> assertThat(failure.failureType()).isEqualTo(type));
    }
}
