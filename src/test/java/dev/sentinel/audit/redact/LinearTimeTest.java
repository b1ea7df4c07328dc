package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts that are built so that a careless rule reads them again and again. A second has to be enough for 16 MiB, which
 * are 60 ns for a character; few texts cost more. Times differ between machines and moments, so the cost is compared
 * with that of parsing as much JSON at the same time.
 */
final class LinearTimeTest {
    private static final int CHARS = 1 << 19;

    /** Between a text and one of an eighth: 8 if the work is linear, 64 if it is quadratic. */
    private static final double MOST_OF_EIGHT = 20;

    /** Below this, nothing can be told from the times of a text and of an eighth. */
    private static final long NANOS_OF_LITTLE = 200_000_000;

    /** Enough for a cost that grows with the square: it is hundreds of times that of parsing. */
    private static final int CHARS_TO_COMPARE = 1 << 17;

    private static final int CHARS_OF_WARM_UP = 1 << 13;

    /**
     * Parsing costs 4 ns for a character, so 60 ns are 15 times that. The rest is for the compiler, which knows less of
     * a text after hundreds of different ones, and for other work on the machine.
     */
    private static final double MOST = 80;

    private static final int RUNS = 3;

    /** Noise only adds to a time, so a text that is too slow once gets more chances. */
    private static final int ATTEMPTS = 6;

    private static final String EVENT = """
            {"event_id":"b7fbc927-ed88-5386-9935-3642b917cb61","timestamp":"2026-11-02T08:05:13.886Z",\
            "agent_instance_id":"airline-support-000","trace_id":"airline-task00-trial0","actor":"agent",\
            "action_type":"tool_call","resource":"get_user_details","status":"success","latency_ms":82,\
            "metadata":{"model":"gpt-4o","arguments":{"user_id":"mia_li_3668"},"result_length":5}}
            """;

    private static final JsonFactory JSON = new JsonFactory();

    private final ShapeScanner scanner = scanner();

    static List<String> pieces() {
        return Corpus.repetitive();
    }

    static List<String> mixedPieces() {
        return Corpus.repetitiveMixed();
    }

    private static ShapeScanner scanner() {
        return new ShapeScanner(new SecretNames(List.of("iban"), List.of("x")), Shapes.BUILT_IN, false);
    }

    /** The compiler judges by the first texts; a server sees all kinds. */
    @BeforeAll
    static void warmUp() throws IOException {
        ShapeScanner scanner = scanner();
        char[] json = Corpus.repeated(EVENT, CHARS_TO_COMPARE).toCharArray();
        for (int round = 0; round < 2; round++) {
            for (String piece : pieces()) {
                char[] text = Corpus.repeated(piece, CHARS_OF_WARM_UP).toCharArray();
                scanner.clean(text, 0, text.length);
            }
            parse(json);
        }
    }

    @ParameterizedTest
    @MethodSource({"pieces", "mixedPieces"})
    void clean_repetitive_isLinear(String piece) {
        char[] large = Corpus.repeated(piece, CHARS).toCharArray();
        long eighth = nanos(large, large.length / 8);
        long all = nanos(large, large.length);
        if (all > NANOS_OF_LITTLE) {
            assertThat((double) all / eighth).as("%s ms", all / 1_000_000).isLessThan(MOST_OF_EIGHT);
        }
    }

    private long nanos(char[] text, int length) {
        long before = cpuNanos();
        scanner.clean(text, 0, length);
        return cpuNanos() - before;
    }

    @ParameterizedTest
    @MethodSource({"pieces", "mixedPieces"})
    void clean_repetitive_costsNoMoreThanParsing(String piece) throws IOException {
        char[] text = Corpus.repeated(piece, CHARS_TO_COMPARE).toCharArray();
        char[] json = Corpus.repeated(EVENT, text.length).toCharArray();
        double cost = Double.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && cost > MOST; attempt++) {
            cost = Math.min(cost, medianCost(text, json));
        }
        assertThat(cost).as("times the cost of parsing").isLessThanOrEqualTo(MOST);
    }

    private double medianCost(char[] text, char[] json) throws IOException {
        double[] costs = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            long start = cpuNanos();
            parse(json);
            long parsed = cpuNanos();
            scanner.clean(text, 0, text.length);
            costs[run] = (double) (cpuNanos() - parsed) / (parsed - start) * json.length / text.length;
        }
        Arrays.sort(costs);
        return costs[RUNS / 2];
    }

    private static void parse(char[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            int length = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                length += parser.getTextLength();
            }
            assertThat(length).isPositive();
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
