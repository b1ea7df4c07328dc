package dev.sentinel.audit.it;

import dev.sentinel.audit.SampleEvents;
import dev.sentinel.audit.ServerProcess;
import dev.sentinel.audit.redis.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * {@code bin/soak destinations}: kills a server that delivers to a webhook and its receiver at random, and then
 * compares what the receiver has with the log: the same events, each of them once and in order by the rule of the
 * guide, and repeats of about a second of work after a kill.
 */
final class DestinationsSoak {
    private static final int CLIENTS = 4;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    /** The cursor is saved each second; a save takes a while, and so does noticing that it is due. */
    private static final long MOST_REPEATED_MS = 2_000;

    private final Path directory;
    private final Path received;
    private final int port;
    private final Random random = new Random();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final SoakReceiver receiver;
    private volatile ServerProcess server;
    private volatile boolean enough;
    private int blocked;

    private DestinationsSoak(Path directory) throws Exception {
        this.directory = directory;
        this.received = directory.resolve("received");
        this.port = RedisServer.freePort();
        this.receiver = SoakReceiver.start(received, port);
        this.server = start();
    }

    /** Whether all is as it should be after this many kills. */
    static boolean run(Path directory, int kills) throws Exception {
        DestinationsSoak soak = new DestinationsSoak(directory);
        try {
            return soak.kill(kills);
        } finally {
            soak.receiver.close();
            soak.killServer();
        }
    }

    private ServerProcess start() throws Exception {
        return ServerProcess.start(
                directory.resolve("data"),
                Map.of(
                        "MIN_FREE_BYTES",
                        "0",
                        "DESTINATIONS",
                        "hook",
                        "DESTINATION_HOOK",
                        "http://127.0.0.1:" + port + "/hook?start=begin&format=ndjson"));
    }

    private boolean kill(int kills) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(this::send);
        }
        int ofServer = 0;
        for (int done = 1; done <= kills; done++) {
            long before = receiver.bytes();
            if (!isReceiving(before)) {
                return false;
            }
            // The moments between two saves of the cursor differ.
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            boolean both = random.nextInt(8) == 0;
            if (both || random.nextBoolean()) {
                killServer();
                ofServer++;
                if (both) {
                    receiver.kill();
                }
                server = start();
            } else {
                receiver.kill();
            }
            if (done % 20 == 0) {
                Soak.say(String.format(
                        "kills %d, of the server %d, acknowledged %,d", done, ofServer, acknowledged.size()));
            }
        }
        enough = true;
        clients.shutdown();
        return clients.awaitTermination(WITHIN.toSeconds(), TimeUnit.SECONDS) && verdict();
    }

    /** On a machine that is too busy, starts block event loops. That is reported, but no event depends on it. */
    private void killServer() throws InterruptedException {
        try {
            server.kill();
        } catch (AssertionError e) {
            blocked++;
        }
    }

    private boolean isReceiving(long before) throws InterruptedException {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (receiver.bytes() <= before) {
            if (System.nanoTime() > end) {
                Soak.say("nothing is delivered any more");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /** Sends event after event; retries each until it is acknowledged. */
    private void send() {
        try {
            while (!enough) {
                UUID id = UUID.randomUUID();
                while (!isAcknowledged(id)) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                acknowledged.add(id.toString());
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAcknowledged(UUID id) {
        try {
            return server.client().post("application/json", SampleEvents.of(id)).statusCode() == 201;
        } catch (UncheckedIOException gone) {
            return false;
        }
    }

    private boolean verdict() throws Exception {
        List<String> stored = AgentRuns.walk(server, "/v1/events?limit=1000");
        long end = System.nanoTime() + WITHIN.toNanos();
        while (server.client().getJson("/v1/destinations/hook").getLong("next") < stored.size()) {
            if (System.nanoTime() > end) {
                Soak.say("the destination does not catch up");
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Reading reading = read();
        Set<String> log = new HashSet<>(stored);
        long lost = acknowledged.stream().filter(id -> !log.contains(id)).count();
        Soak.say(String.format(
                "acknowledged %,d, in the log %,d, lost %,d; the receiver has %,d, out of order %,d, repeats %,d, going"
                        + " back by %d ms at most, by more than a second %d times; event loops blocked in %d servers",
                acknowledged.size(),
                stored.size(),
                lost,
                reading.ids.size(),
                reading.outOfOrder,
                reading.repeats,
                reading.mostMs,
                reading.longer,
                blocked));
        boolean same = reading.ids.size() == stored.size() && log.equals(new HashSet<>(reading.ids));
        if (!same) {
            Soak.say("the receiver does not have the events of the log");
        }
        return lost == 0 && same && reading.outOfOrder == 0 && reading.mostMs <= MOST_REPEATED_MS;
    }

    /** What the receiver has. */
    private static final class Reading {
        /** Without repeats, by position. */
        final List<String> ids = new ArrayList<>();

        /** When each of them came first. */
        final List<Long> times = new ArrayList<>();

        long outOfOrder;
        long repeats;

        /** How much older than the newest event the oldest was that came again. */
        long mostMs;

        long longer;
    }

    private Reading read() throws IOException {
        Reading reading = new Reading();
        long before = -1;
        for (String line : Files.readAllLines(received)) {
            String[] parts = line.split(" ", 3);
            long time = Long.parseLong(parts[0]);
            int seq = Integer.parseInt(parts[1]);
            if (seq < reading.ids.size()) {
                reading.repeats++;
                if (!reading.ids.get(seq).equals(parts[2])) {
                    reading.outOfOrder++;
                }
                if (seq <= before) {
                    long back = reading.times.get(reading.times.size() - 1) - reading.times.get(seq);
                    reading.mostMs = Math.max(reading.mostMs, back);
                    reading.longer += back > 1_000 ? 1 : 0;
                }
            } else if (seq == reading.ids.size()) {
                reading.ids.add(parts[2]);
                reading.times.add(time);
            } else {
                // A position is missing before it.
                reading.outOfOrder++;
            }
            before = seq;
        }
        return reading;
    }
}
