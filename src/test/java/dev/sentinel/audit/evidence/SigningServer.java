package dev.sentinel.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.RunningServer;
import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.TestClient;
import dev.sentinel.audit.Within;
import dev.sentinel.audit.evidence.tlog.Checkpoint;
import dev.sentinel.audit.evidence.tlog.ProofCheck;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.store.LogReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server whose checkpoints and proofs are looked at as a client sees them. */
final class SigningServer implements AutoCloseable {
    private static final Within WITHIN = Within.seconds(20);

    private final RunningServer server;

    private SigningServer(RunningServer server) {
        this.server = server;
    }

    static SigningServer start(Path directory) {
        return start(directory, Map.of());
    }

    static SigningServer start(Path directory, Map<String, String> environment) {
        return new SigningServer(RunningServer.start(directory, environment));
    }

    /** Starts a server that has the time of another clock. */
    static SigningServer at(Clock clock, Path directory) {
        return new SigningServer(RunningServer.at(clock, directory));
    }

    /** Starts a server that reads the log through a decorator. */
    static SigningServer readingThrough(UnaryOperator<LogReader> decorator, Path directory) {
        return new SigningServer(RunningServer.readingThrough(decorator, directory, Map.of()));
    }

    TestClient client() {
        return server.client();
    }

    String post(String event) {
        return client().post("application/json", event).body();
    }

    void post(int events) {
        String body = Stream.generate(SampleEvents::any).limit(events).collect(Collectors.joining("\n"));
        assertThat(client().post("application/x-ndjson", body).statusCode()).isEqualTo(201);
    }

    /** The first checkpoint that covers this many events. */
    Checkpoint awaitSize(long size) {
        await("checkpoint of " + size, () -> checkpointSize() >= size);
        return checkpoint();
    }

    void awaitState(String state) {
        await("state " + state, () -> state.equals(client().getJson("/v1/log").getString("state")));
    }

    /** Waits until {@code /health/ready} shows a state; its checks are evaluated now and then. */
    void awaitReady(String state) {
        await("ready with " + state, () -> client().get("/health/ready").body().contains(state));
    }

    /** The newest checkpoint; fails if there is none. */
    Checkpoint checkpoint() {
        return Checkpoint.parse(
                SignedNote.parse(client().get("/log/checkpoint").body()).text());
    }

    private long checkpointSize() {
        HttpResponse<String> answer = client().get("/log/checkpoint");
        return answer.statusCode() == 200
                ? Checkpoint.parse(SignedNote.parse(answer.body()).text()).size()
                : -1;
    }

    VerifierKey key() {
        await("a key", () -> client().get("/log/key").statusCode() == 200);
        return VerifierKey.parse(
                client().get("/log/key").body().lines().findFirst().orElseThrow());
    }

    /** The metadata of the event of an act. */
    JsonObject awaitAct(String what) {
        await(what, () -> !acts(what).isEmpty());
        return acts(what).getJsonObject(0).getJsonObject("metadata");
    }

    private JsonArray acts(String what) {
        return client().getJson("/v1/agents/sentinel/events?resource=" + what).getJsonArray("events");
    }

    void assertConsistent(Checkpoint from, Checkpoint to) {
        List<TreeHash> proof = client().get("/v1/log/consistency?from=" + from.size() + "&to=" + to.size())
                .body()
                .lines()
                .map(TreeHash::parse)
                .toList();
        assertThat(ProofCheck.consistency(from.size(), to.size(), proof, from.root(), to.root()))
                .isTrue();
    }

    void await(String what, BooleanSupplier reached) {
        WITHIN.until(what, reached::getAsBoolean);
    }

    @Override
    public void close() {
        server.close();
    }
}
