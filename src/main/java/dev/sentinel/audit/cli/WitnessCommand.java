package dev.sentinel.audit.cli;

import dev.sentinel.audit.cli.witness.WitnessServer;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/sentinel witness}. */
@Command(
        name = "witness",
        description = {
            "Runs a witness for logs of other machines (c2sp.org/tlog-witness): it cosigns each checkpoint that"
                    + " continues what it has seen, and no other. Run it where the operators of the log have no"
                    + " access.",
            "It has no authentication of its own, and needs none: it answers only to checkpoints that a log has signed."
                    + " Put it behind a proxy with TLS to reach it from elsewhere."
        },
        mixinStandardHelpOptions = true)
public final class WitnessCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--log",
            paramLabel = "VKEY|FILE",
            required = true,
            description = "The public key of a log to follow, or a file with one on each line.")
    private List<String> logs = List.of();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The private key of the witness. Made if it is missing and --name is given.")
    private Path key;

    @Option(
            names = "--name",
            description = "The name of the witness, if its key is made: such as witness.example.com/w1")
    private @Nullable String name;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "What it has cosigned; default: the file of --key with .state. Never copy or restore it.")
    private @Nullable Path state;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Default: ${DEFAULT-VALUE}",
            defaultValue = "127.0.0.1:8100")
    private String listen;

    @Override
    public Integer call() throws InterruptedException {
        URI address = address();
        List<VerifierKey> followed = VerifierKeys.parse(spec, "--log", logs);
        if (followed.stream().anyMatch(log -> log.algorithm() != VerifierKey.ED25519)) {
            throw new ParameterException(spec.commandLine(), "--log must be the Ed25519 key of a log.");
        }
        Path seen = state == null ? key.resolveSibling(key.getFileName() + ".state") : state;
        Vertx vertx = Vertx.vertx();
        WitnessServer server = WitnessServer.start(
                        vertx,
                        key,
                        Optional.ofNullable(name),
                        seen,
                        followed,
                        address.getHost(),
                        address.getPort(),
                        Clock.systemUTC())
                .await();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, vertx), "sentinel-witness-stop"));
        PrintWriter out = spec.commandLine().getOut();
        out.println("The witness follows " + followed.size() + " keys of logs. Its line in their WITNESS_POLICY:");
        out.println("witness " + server.key().name() + " " + server.key() + " http://" + address.getHost() + ":"
                + server.port());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static void stop(WitnessServer server, Vertx vertx) {
        server.close().await();
        vertx.close().await();
    }

    private URI address() {
        try {
            URI address = URI.create("tcp://" + listen);
            if (address.getHost() != null && address.getPort() >= 0) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the message.
        }
        throw new ParameterException(spec.commandLine(), "--listen must be HOST:PORT, such as 127.0.0.1:8100.");
    }
}
