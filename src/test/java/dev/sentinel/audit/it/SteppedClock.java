package dev.sentinel.audit.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Steps the clock of one process without the right to change the machine's clock: libfaketime answers instead of the C
 * library. The monotonic clock, which measures durations, continues, as when an operator or NTP steps a clock.
 */
final class SteppedClock {
    private static final List<String> LIBRARIES = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1");

    private final String library;
    private final Path offset;

    private SteppedClock(String library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** Empty if the library is not installed (Debian: libfaketime). */
    static Optional<SteppedClock> find() throws IOException {
        Optional<String> library =
                LIBRARIES.stream().filter(path -> Files.exists(Path.of(path))).findFirst();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        SteppedClock clock = new SteppedClock(library.get(), Files.createTempFile("sentinel-clock", ""));
        clock.step(0);
        return Optional.of(clock);
    }

    /** The environment of the process whose clock is stepped. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library,
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
    }

    /** Sets the offset from the machine's clock; takes effect within a second. */
    void step(int seconds) throws IOException {
        Files.writeString(offset, (seconds < 0 ? "" : "+") + seconds + "\n");
    }
}
