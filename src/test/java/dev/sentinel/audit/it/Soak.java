package dev.sentinel.audit.it;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code bin/soak}: random faults for some minutes, or for a number of kills, under clients that retry each event until
 * it is acknowledged, and then the verdict: no event is lost or doubled, and no two checkpoints that the server has
 * shown contradict each other.
 */
public final class Soak {
    private static final Logger LOG = LoggerFactory.getLogger(Soak.class);

    private static final int CLIENTS = 8;
    private static final Duration REPORT = Duration.ofSeconds(15);

    /** From a start to the next checkpoint, on a busy machine. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** The faults. */
    private enum Fault {
        KILL,
        KILL_AND_DELETE_INDEX,
        TERMINATE,
        FREEZE,
        /** Needs the right to mount a disk. */
        FILL_DISK,
        /** Needs libfaketime. */
        STEP_CLOCK
    }

    /** NTP steps the clock by less, operators by as much. */
    private static final int LONGEST_STEP_SECONDS = 7_200;

    private final Path directory;
    private final Optional<SteppedClock> clock;
    private final List<Fault> possible;
    private final List<Fault> coming = new ArrayList<>();
    private final Random random = new Random();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Fault, Integer> faults = new HashMap<>();
    private final SeenCheckpoints checkpoints = new SeenCheckpoints();
    private volatile ServerProcess server;
    private volatile boolean enough;

    private Soak(Path directory, boolean ownDisk, Optional<SteppedClock> clock) throws Exception {
        this.directory = directory;
        this.clock = clock;
        this.possible = Stream.of(Fault.values())
                .filter(fault -> ownDisk || fault != Fault.FILL_DISK)
                .filter(fault -> clock.isPresent() || fault != Fault.STEP_CLOCK)
                .toList();
        this.server = start();
    }

    public static void main(String[] arguments) {
        boolean good = false;
        try {
            good = isGood(arguments);
        } catch (Exception | AssertionError e) {
            LOG.error("soak failed", e);
        }
        // Clients may still send.
        System.exit(good ? 0 : 1);
    }

    private static boolean isGood(String[] arguments) throws Exception {
        boolean hostile = arguments.length > 0 && arguments[0].equals("hostile");
        boolean kills = arguments.length > 0 && arguments[0].equals("kills");
        boolean destinations = arguments.length > 0 && arguments[0].equals("destinations");
        int first = hostile || kills || destinations ? 1 : 0;
        int amount = arguments.length == first
                ? (destinations ? 1_000 : kills ? 300 : 10)
                : Integer.parseInt(arguments[first]);
        Path directory = Files.createTempDirectory("sentinel-soak");
        if (hostile) {
            return HostileSoak.run(directory, Duration.ofMinutes(amount));
        }
        if (destinations) {
            return DestinationsSoak.run(directory, amount);
        }
        // Large enough for the events of an hour; only this mount is ever filled.
        boolean ownDisk = run("mount", "-t", "tmpfs", "-o", "size=2g", "sentinel-soak", directory.toString()) == 0;
        try {
            Soak soak = new Soak(directory, ownDisk, SteppedClock.find());
            return kills ? soak.kill(amount) : soak.run(Duration.ofMinutes(amount));
        } finally {
            if (ownDisk) {
                run("umount", "--lazy", directory.toString());
            }
        }
    }

    /** Kills the server at random points, again and again, soon after it has shown a checkpoint. */
    private boolean kill(int kills) throws Exception {
        ExecutorService clients = startClients();
        for (int done = 1; done <= kills; done++) {
            long shown = checkpoints.count();
            long late = System.nanoTime() + RECOVERY.toNanos();
            while (checkpoints.count() == shown && System.nanoTime() < late) {
                look();
                pause(20);
            }
            if (checkpoints.count() == shown) {
                say("no checkpoint " + RECOVERY.toSeconds() + " s after a start");
                return false;
            }
            pause(random.nextInt(600));
            faults.merge(Fault.KILL, 1, Integer::sum);
            inflict(Fault.KILL);
            if (done % 20 == 0) {
                say(String.format(
                        "kills %d, acknowledged %,d, checkpoints %d", done, acknowledged.size(), checkpoints.count()));
            }
        }
        return end(clients);
    }

    private ExecutorService startClients() {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(this::send);
        }
        return clients;
    }

    private void look() {
        try {
            checkpoints.look(server.client());
        } catch (UncheckedIOException gone) {
            // It is being killed, frozen or started.
        }
    }

    private boolean run(Duration length) throws Exception {
        say("faults: " + possible);
        ExecutorService clients = startClients();
        long end = System.nanoTime() + length.toNanos();
        long report = System.nanoTime() + REPORT.toNanos();
        while (System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(4_000));
            look();
            Fault fault = next();
            faults.merge(fault, 1, Integer::sum);
            inflict(fault);
            if (System.nanoTime() > report) {
                say(String.format("acknowledged %,d, faults %s", acknowledged.size(), faults));
                report = System.nanoTime() + REPORT.toNanos();
            }
        }
        return end(clients);
    }

    private boolean end(ExecutorService clients) throws Exception {
        enough = true;
        clients.shutdown();
        if (!clients.awaitTermination(2, TimeUnit.MINUTES)) {
            say("clients still wait for an answer: the server has not recovered");
            return false;
        }
        return verdict();
    }

    /** A random fault, but every fault occurs before one repeats. */
    private Fault next() {
        if (coming.isEmpty()) {
            coming.addAll(possible);
            Collections.shuffle(coming, random);
        }
        return coming.remove(0);
    }

    /** Sends event after event; retries each until it is acknowledged. */
    private void send() {
        while (!enough) {
            UUID id = UUID.randomUUID();
            while (!isAcknowledged(id)) {
                pause(20);
            }
            acknowledged.add(id.toString());
            pause(1);
        }
    }

    private boolean isAcknowledged(UUID id) {
        try {
            return server.client().post("application/json", SampleEvents.of(id)).statusCode() == 201;
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    private void inflict(Fault fault) throws Exception {
        switch (fault) {
            case KILL -> {
                server.kill();
                server = start();
            }
            case KILL_AND_DELETE_INDEX -> {
                server.kill();
                for (String sidecar : List.of("", "-wal", "-shm")) {
                    Files.deleteIfExists(directory.resolve("sentinel_audit.index.db" + sidecar));
                }
                server = start();
            }
            case TERMINATE -> {
                if (server.terminate() != 0) {
                    throw new IllegalStateException("a server failed during a regular stop");
                }
                server = start();
            }
            case FREEZE -> {
                server.freeze();
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(5_000));
                server.resume();
            }
            case FILL_DISK -> {
                Path filler = directory.resolve("filler");
                run("sh", "-c", "cat /dev/zero > " + filler + " 2>/dev/null; true");
                TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(3_000));
                Files.delete(filler);
            }
            case STEP_CLOCK -> clock.orElseThrow().step(random.nextInt(-LONGEST_STEP_SECONDS, LONGEST_STEP_SECONDS));
        }
    }

    private ServerProcess start() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("MIN_FREE_BYTES", "0"));
        clock.ifPresent(stepped -> environment.putAll(stepped.environment()));
        return ServerProcess.start(directory, environment);
    }

    private boolean verdict() throws Exception {
        List<String> found = AgentRuns.walk(server, "/v1/events?limit=1000");
        Set<String> distinct = new HashSet<>(found);
        long lost = acknowledged.stream().filter(id -> !distinct.contains(id)).count();
        int doubled = found.size() - distinct.size();
        // Throws if it is not so.
        long pairs = checkpoints.provePairs(server.client());
        server.close();
        say(String.format(
                "acknowledged %,d, found %,d, lost %,d, doubled %,d; faults %s",
                acknowledged.size(), found.size(), lost, doubled, faults));
        say(String.format("checkpoints %d, consistent pairs %,d, forks 0", checkpoints.count(), pairs));
        return lost == 0 && doubled == 0;
    }

    private static void pause(int ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @SuppressWarnings("SystemOut") // It is a command.
    static void say(String line) {
        System.out.println("soak: " + line);
    }
}
