package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.AddCheckpoint;
import dev.sentinel.audit.evidence.tlog.Cosignature;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.NoteSignature;
import dev.sentinel.audit.evidence.tlog.Policy;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one witness to cosign checkpoints (c2sp.org/tlog-witness). It remembers what the witness has seen; after a start
 * the witness says so itself. Confined to one worker context; one request at a time.
 */
final class WitnessClient {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessClient.class);

    private static final long CONNECT_MS = 5_000;
    private static final long ANSWER_MS = 10_000;

    /** A cosignature has about 200 bytes; a witness may sign with several keys. */
    private static final int MAX_ANSWER = 16 << 10;

    /**
     * What a witness answers.
     *
     * @param body at most {@value #MAX_ANSWER} bytes
     */
    private record Answer(int status, String body) {}

    private final HttpClient http;
    private final Policy.Witness witness;
    private final LogProofs proofs;
    private final Clock clock;
    private WitnessStatus status;
    private long seen;

    /** @param witness with a URL */
    WitnessClient(HttpClient http, Policy.Witness witness, LogProofs proofs, Clock clock) {
        this.http = http;
        this.witness = witness;
        this.proofs = proofs;
        this.clock = clock;
        this.status = WitnessStatus.waiting(witness.name());
    }

    WitnessStatus status() {
        return status;
    }

    /** Asks for a cosignature. Never fails: {@link #status} says why there is none. */
    Future<Optional<NoteSignature>> ask(Published published) {
        return ask(published, true).recover(cause -> failed(WitnessStatus.State.FAILING, reason(cause)));
    }

    private static String reason(Throwable cause) {
        // Of the JDK and of Vert.x: they have an address, but nothing that a witness chose.
        return "the request failed: " + cause.getClass().getSimpleName();
    }

    private Future<Optional<NoteSignature>> ask(Published published, boolean first) {
        // It has more than this log: the answer to a request without a proof says how much.
        long old = seen > published.size() ? 0 : seen;
        return proofs.consistency(published, old, published.size())
                .compose(proof -> post(new AddCheckpoint(old, proof, published.note())))
                .compose(answer -> {
                    switch (answer.status) {
                        case 200 -> {
                            return cosigned(published, answer);
                        }
                        case 409 -> {
                            return conflict(published, answer, first);
                        }
                        case 422 -> {
                            return failed(
                                    WitnessStatus.State.FORK, "the log does not begin with the tree that it knows");
                        }
                        case 404 -> {
                            return failed(WitnessStatus.State.FAILING, "it does not follow this log");
                        }
                        case 403 -> {
                            return failed(WitnessStatus.State.FAILING, "it does not know the key of this log");
                        }
                        default -> {
                            return failed(WitnessStatus.State.FAILING, "it answered " + answer.status);
                        }
                    }
                });
    }

    private Future<Optional<NoteSignature>> cosigned(Published published, Answer answer) {
        byte[] text = published.note().text().getBytes(UTF_8);
        VerifierKey key = witness.key();
        Optional<NoteSignature> genuine = answer.body
                .lines()
                .flatMap(line -> parsed(line).stream())
                .filter(signature -> signature.name().equals(key.name()) && signature.keyId() == key.keyId())
                .filter(signature -> key.verifies(text, signature.signature()))
                .findFirst();
        if (genuine.isEmpty()) {
            return failed(WitnessStatus.State.FAILING, "its answer has no genuine cosignature of its key");
        }
        if (status.state() != WitnessStatus.State.COSIGNED) {
            LOG.info("witness cosigns name={} size={}", witness.name(), published.size());
        }
        seen = published.size();
        // A time to come would hide that it falls silent.
        Instant now = Instant.now(clock);
        Instant at = Cosignature.time(genuine.get());
        status = status.cosigned(seen, at.isAfter(now) ? now : at);
        return Future.succeededFuture(genuine);
    }

    private static Optional<NoteSignature> parsed(String line) {
        try {
            return Optional.of(NoteSignature.parse(line));
        } catch (MalformedNoteException e) {
            return Optional.empty();
        }
    }

    /** What it has seen may be from before a start, or from an answer that was lost. */
    private Future<Optional<NoteSignature>> conflict(Published published, Answer answer, boolean first) {
        if (!answer.body.matches("(0|[1-9][0-9]{0,17})\n")) {
            return failed(WitnessStatus.State.FORK, "it knows another tree of this size");
        }
        long size = Long.parseLong(answer.body.strip());
        if (size > published.size()) {
            return failed(
                    WitnessStatus.State.FORK,
                    "it has seen " + size + " events of this log, and this server has " + published.size());
        }
        seen = size;
        return first
                ? ask(published, false)
                : failed(WitnessStatus.State.FAILING, "it does not say which size it has seen");
    }

    private Future<Optional<NoteSignature>> failed(WitnessStatus.State state, String why) {
        if (status.state() != state) {
            if (state == WitnessStatus.State.FORK) {
                LOG.error(
                        "witness knows another tree name={} reason=\"{}\" effect=\"signing goes on\" fix=\"{}\"",
                        witness.name(),
                        why,
                        EvidenceState.FORK.meaning());
            } else {
                LOG.warn("witness does not cosign name={} reason=\"{}\"", witness.name(), why);
            }
        }
        status = status.failed(state, why);
        return Future.succeededFuture(Optional.empty());
    }

    private Future<Answer> post(AddCheckpoint request) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(witness.url().orElseThrow().replaceFirst("/+$", "") + "/add-checkpoint")
                .setConnectTimeout(CONNECT_MS);
        return http.request(options)
                .compose(sent -> sent.send(Buffer.buffer(request.toString()))
                        .compose(answer -> body(sent, answer).map(body -> new Answer(answer.statusCode(), body)))
                        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
                        .onFailure(cause -> sent.reset()));
    }

    private static Future<String> body(HttpClientRequest request, HttpClientResponse answer) {
        Promise<String> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        answer.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > MAX_ANSWER) {
                whole.tryFail(new IllegalStateException("the answer is too large"));
                request.reset();
            }
        });
        answer.exceptionHandler(whole::tryFail);
        answer.endHandler(end -> whole.tryComplete(body.toString(UTF_8)));
        return whole.future();
    }
}
