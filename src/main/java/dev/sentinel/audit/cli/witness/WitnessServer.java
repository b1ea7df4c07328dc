package dev.sentinel.audit.cli.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a witness over HTTP: {@code POST /add-checkpoint} and, for monitors, {@code GET /<hash>/checkpoint}. */
public final class WitnessServer {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");

    /** A proof of 63 hashes has 3 KiB, and a checkpoint a few hundred bytes a signature. */
    private static final int MAX_BODY = 16 << 10;

    /** Requests that wait for the disk; each has at most {@value #MAX_BODY} bytes. */
    private static final int MAX_WAITING = 64;

    private static final int IDLE_SECONDS = 30;

    private final WitnessState state;
    private final Witness witness;
    private final WorkerExecutor thread;
    private final AtomicInteger waiting = new AtomicInteger();
    private final HttpServer http;

    private WitnessServer(Vertx vertx, WitnessState state, Witness witness) {
        this.state = state;
        this.witness = witness;
        // One thread: what was seen is compared and replaced in one step.
        this.thread = vertx.createSharedWorkerExecutor("sentinel-witness", 1);
        this.http = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
                .requestHandler(this::handle);
    }

    /**
     * Starts a witness. Blocking until its files are read.
     *
     * @param key the file with its key
     * @param name of the key if there is none and one is to be made
     * @param seen the file with what it has cosigned
     * @param logs the keys of the logs that it follows
     * @param port 0 for any
     */
    public static Future<WitnessServer> start(
            Vertx vertx,
            Path key,
            Optional<String> name,
            Path seen,
            List<VerifierKey> logs,
            String host,
            int port,
            Clock clock) {
        WitnessState state = WitnessState.open(key, seen, name);
        WitnessServer server = new WitnessServer(vertx, state, new Witness(state.key(), logs, state, clock));
        return server.http.listen(port, host).map(server).onFailure(cause -> state.close());
    }

    /** The key that verifies its cosignatures. */
    public VerifierKey key() {
        return witness.verifierKey();
    }

    /** The port on which it listens. */
    public int port() {
        return http.actualPort();
    }

    private void handle(HttpServerRequest request) {
        Matcher monitored = CHECKPOINT.matcher(request.path());
        if (request.method().equals(HttpMethod.POST) && request.path().equals("/add-checkpoint")) {
            read(request);
        } else if (request.method().equals(HttpMethod.GET) && monitored.matches()) {
            Optional<SignedNote> note = witness.seen(monitored.group(1));
            answer(
                    request,
                    note.isPresent() ? 200 : 404,
                    TEXT,
                    note.map(SignedNote::toString).orElse(""));
        } else {
            answer(request, 404, TEXT, "This is a witness (c2sp.org/tlog-witness): POST /add-checkpoint.\n");
        }
    }

    private void read(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() <= MAX_BODY) {
                body.appendBuffer(part);
            } else if (!request.response().ended()) {
                answer(request, 413, TEXT, "The request is too large.\n");
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                add(request, body.getBytes());
            }
        });
    }

    private void add(HttpServerRequest request, byte[] body) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            answer(request, 429, TEXT, "Too many requests. Retry later.\n");
            return;
        }
        thread.executeBlocking(() -> witness.add(body), false).onComplete(decided -> {
            waiting.decrementAndGet();
            if (decided.failed()) {
                LOG.error(
                        "checkpoint not cosigned reason=\"{}\"", decided.cause().getMessage());
                answer(request, 503, TEXT, "The witness cannot write its memory. Retry later.\n");
            } else if (decided.result() instanceof Witness.Answer.Cosigned cosigned) {
                answer(request, 200, TEXT, cosigned.cosignature() + "\n");
            } else if (decided.result() instanceof Witness.Answer.OtherSize other) {
                answer(request, 409, "text/x.tlog.size", other.seen() + "\n");
            } else if (decided.result() instanceof Witness.Answer.Refused refused) {
                answer(request, refused.status(), TEXT, refused.why().isEmpty() ? "" : refused.why() + "\n");
            }
        });
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .end(Buffer.buffer(body.getBytes(UTF_8)));
    }

    /** Stops accepting, and releases the files. */
    public Future<Void> close() {
        return http.close().eventually(thread::close).onComplete(closed -> state.close());
    }
}
