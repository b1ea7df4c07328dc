package dev.sentinel.audit.aws;

import dev.sentinel.audit.forward.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A client of one service, and the thread that it blocks. It is made with the first call, on that thread: to look for
 * credentials and a region, it reads files and asks the machine that it runs on. Any thread.
 */
final class AwsClient<C extends SdkAutoCloseable> {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /** One call with all its tries. */
    private static final Duration CALL = Duration.ofSeconds(40);

    /** What needs the client. */
    interface Work<C, T> {
        T with(C client) throws Exception;
    }

    private final Vertx vertx;
    private final Supplier<C> make;
    private final ExecutorService thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** On the thread. */
    private @Nullable C client;

    /**
     * @param name of the thread
     * @param make gives a client; see {@link #build}
     */
    AwsClient(Vertx vertx, String name, Supplier<C> make) {
        this.vertx = vertx;
        this.make = make;
        // Not a pool of Vert.x, which those of the same name share: a test need not wait for a delivery.
        this.thread = Executors.newSingleThreadExecutor(work -> {
            Thread started = new Thread(work, name);
            started.setDaemon(true);
            // The SDK loads classes by their names with the loader of the thread, which would know no plugins.
            started.setContextClassLoader(AwsClient.class.getClassLoader());
            return started;
        });
    }

    /** Builds a client of the SDK with its usual retries. Blocks. */
    static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder, AwsSettings settings) {
        return build(builder, settings, usual -> {});
    }

    /** Builds a client of the SDK with other settings of its calls. Blocks. */
    static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
            B builder, AwsSettings settings, Consumer<ClientOverrideConfiguration.Builder> calls) {
        UrlConnectionHttpClient.Builder http =
                UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ANSWER);
        settings.trust().ifPresent(pem -> http.tlsTrustManagersProvider(() -> AwsTrust.of(pem)));
        builder.httpClientBuilder(http).overrideConfiguration(all -> calls.accept(all.apiCallTimeout(CALL)));
        settings.region().ifPresent(name -> builder.region(Region.of(name)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        settings.credentials().ifPresent(known -> builder.credentialsProvider(StaticCredentialsProvider.create(known)));
        return builder.build();
    }

    /** Does work on the thread. Fails with a {@link DeliveryException}. */
    <T> Future<T> call(Work<C, T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    done.complete(work.with(opened()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    done.completeExceptionally(closed());
                } catch (Exception | LinkageError e) {
                    done.completeExceptionally(AwsFailures.of(e));
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(closed());
        }
        return Future.fromCompletionStage(done, vertx.getOrCreateContext());
    }

    /** Whether {@link #close} was called. */
    boolean isClosed() {
        return closing.getCount() == 0;
    }

    private C opened() throws DeliveryException {
        if (isClosed()) {
            throw closed();
        }
        C current = client;
        if (current == null) {
            current = make.get();
            client = current;
        }
        return current;
    }

    private static DeliveryException closed() {
        return DeliveryException.away("the destination was closed");
    }

    /** Waits between two tries, on the thread. Fails if the client is closed meanwhile. */
    void pause(Duration time) throws DeliveryException, InterruptedException {
        if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw closed();
        }
    }

    /** Ends pauses. Does not wait for a request that is under way, which may still arrive. Idempotent. */
    Future<Void> close() {
        closing.countDown();
        try {
            thread.execute(() -> {
                if (client != null) {
                    client.close();
                    client = null;
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed before.
        }
        thread.shutdown();
        return Future.succeededFuture();
    }
}
