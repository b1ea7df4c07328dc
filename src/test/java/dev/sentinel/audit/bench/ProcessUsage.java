package dev.sentinel.audit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resource usage of a process, from Linux's proc(5). */
record ProcessUsage(long pid) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final long TICKS_PER_SECOND = 100;

    /** Resident memory in MB, 10^6 bytes. */
    double residentMegabytes() {
        Matcher line = RESIDENT.matcher(read("status"));
        return line.find() ? Long.parseLong(line.group(1)) * 1_024 / 1e6 : 0;
    }

    /** CPU time of all threads since the start. */
    double cpuSeconds() {
        return cpuSeconds(read("stat"));
    }

    private static double cpuSeconds(String stat) {
        // After the name in parentheses: field 14 is user time, 15 system time.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    /** CPU time of the living threads since their start, by the beginnings of their names without a number. */
    Map<String, Double> cpuSecondsByThreads() {
        Map<String, Double> seconds = new TreeMap<>();
        for (String thread :
                Path.of("/proc", Long.toString(pid), "task").toFile().list()) {
            try {
                String stat = read("task/" + thread + "/stat");
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
                        .replaceFirst("[-#0-9]+$", "");
                seconds.merge(name, cpuSeconds(stat), Double::sum);
            } catch (UncheckedIOException ended) {
                // It counts for no one, as one that ended before.
            }
        }
        return seconds;
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
