package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sentinel.audit.cli.VerifyCommand;
import dev.sentinel.audit.event.EventWriter;
import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verifier in Python, which shares no code with this one. Aborted, visibly, where python3 is missing. */
final class PythonVerifierTest {
    private static final String SCRIPT = "src/main/python/sentinel_verify.py";
    private static final String PRINT_LEAVES = """
            import sys, sentinel_verify
            for line in sys.stdin.buffer:
              try:
                print(sentinel_verify.leaf(line.decode())[0].hex())
              except sentinel_verify.BAD:
                print('refused')
            """;

    private static final String CHECK_SIGNATURES = """
            import sys, sentinel_verify
            for line in sys.stdin:
              print(sentinel_verify.verifies(*map(bytes.fromhex, line.rstrip('\\n').split(' '))))
            """;

    private static final SignedLog LOG = SignedLog.random(1_000, 4);

    @TempDir
    private Path directory;

    @BeforeAll
    static void requirePython() throws Exception {
        boolean usable;
        try {
            usable = new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            usable = false;
        }
        assumeThat(usable).as("python3 3.9 or newer").isTrue();
    }

    @Test
    void leaves_ofAnyEvents_areThoseOfJava() throws Exception {
        List<String> lines = LOG.lines(1_000);
        // Members of newer servers, and an erased field.
        lines.add(lines.get(0)
                .replace("\"seq\":", "\"zz\":{\"\uffff\":[1,\"\u2028/\\u000b\"],\"\ud83d\ude00\":true},\"seq\":"));
        lines.add(lines.get(2).replaceFirst("\"seal\":\\{\"resource\":\"[0-9a-f]*", "$0" + "0".repeat(32)));
        lines.add(" " + lines.get(3).replaceFirst(",\"seq\"", " , \"seq\"") + " ");

        assertThat(python(PRINT_LEAVES, lines)).isEqualTo(java(lines)).doesNotContain("refused");
    }

    /** What one of them would read differently, both refuse. */
    @Test
    void leaves_ofNoEvents_areRefusedByBoth() throws Exception {
        String line = LOG.lines(1).get(0);
        List<String> lines = new ArrayList<>(List.of("{}", "[]", "1", line + "x", line + line, line.substring(1)));
        for (String member : List.of(
                "\"seq\":1",
                "\"v\":1",
                "\"links\":\"x\"",
                "\"x\":1.5",
                "\"x\":-0",
                "\"x\":9007199254740992",
                "\"x\":NaN",
                "\"x\":{\"a\":1,\"a\":1}",
                "\"x\":\"\\ud800\"",
                "\"session_id\":\"s\"",
                "\"seal\":{}",
                "\"resource\":\"r\"",
                "\"metadata\":{}",
                "\"x\":1e1",
                "\"x\":01",
                "\"x\":\"\\x\"",
                "\"x\":\"\t\"",
                "\"\\ud800\":1")) {
            lines.add(line.replaceFirst("\\{", "{" + Matcher.quoteReplacement(member) + ","));
        }
        lines.add(EventWriter.toJson(LOG.events().get(0)));
        lines.add(line.replaceFirst("\"seal\":\\{\"resource\":\"..", "$0AB"));

        assertThat(python(PRINT_LEAVES, lines)).containsOnly("refused").hasSameSizeAs(lines);
        assertThat(java(lines)).containsOnly("refused");
    }

    /** Python's library has no Ed25519, so the script has its own. */
    @Test
    void signatures_ofJava_areVerifiedAndNoOthers() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        HexFormat hex = HexFormat.of();
        List<String> lines = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int length = 0; length < 20; length += 4) {
            KeyPair pair = generator.generateKeyPair();
            byte[] spki = pair.getPublic().getEncoded();
            byte[] text = new byte[length];
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(text);
            byte[] signature = signer.sign();
            String keyAndText = hex.formatHex(spki, spki.length - 32, spki.length) + " " + hex.formatHex(text) + " ";
            lines.add(keyAndText + hex.formatHex(signature));
            byte[] flipped = signature.clone();
            flipped[3 * length] ^= 1;
            lines.add(keyAndText + hex.formatHex(flipped));
            lines.add(keyAndText + hex.formatHex(signature) + "00");
            lines.add(keyAndText + hex.formatHex(plusOrder(signature)));
            expected.addAll(List.of("True", "False", "False", "False"));
        }

        assertThat(python(CHECK_SIGNATURES, lines)).isEqualTo(expected);
    }

    /** The same signature with a second number for the same scalar, which RFC 8032 forbids. */
    private static byte[] plusOrder(byte[] signature) {
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] other = signature.clone();
        BigInteger sum = order;
        for (int i = 0; i < 32; i++) {
            sum = sum.add(BigInteger.valueOf(signature[32 + i] & 0xff).shiftLeft(8 * i));
        }
        for (int i = 0; i < 32; i++) {
            other[32 + i] = sum.shiftRight(8 * i).byteValue();
        }
        return other;
    }

    @Test
    void exports_anyAct_haveTheResultOfJava() throws Exception {
        List<String> lines = LOG.lines(900);
        Collections.shuffle(lines, new Random(2));
        String end = LOG.end(lines, 900);
        assertSame(with(lines, end), "VERIFIED");
        assertSame(lines, "TRUNCATED");
        assertSame(with(lines.subList(0, 899), end), "ALTERED");
        assertSame(with(with(lines, lines.get(0)), end), "ALTERED");
        assertSame(with(lines, end.replace("\"events\":900", "\"events\":901")), "ALTERED");
        assertSame(with(lines, LOG.endOfPart(lines)), "CONSISTENT");
        assertSame(with(lines, SignedLog.random(1_000, 4).end(lines, 900)), "FORGED", "ALTERED");
        assertSame(List.of("garbage"), "NOT_CHECKED");
        List<String> edited = new ArrayList<>(lines);
        edited.set(7, edited.get(7).replaceFirst("\"trace_id\":\"", "$0x"));
        assertSame(with(edited, end.replaceFirst("\"leaves_sha256\":\"[0-9a-f]*\"", "\"x\":1")), "ALTERED");
        for (int size : new int[] {1, 2, 255, 256, 257, 999, 1_000}) {
            List<String> first = LOG.lines(size);
            assertSame(with(first, LOG.end(first, size)), "VERIFIED");
        }
    }

    /** As while the old key of a log signs beside the new one. */
    @Test
    void export_noteOfTwoKeys_isVerifiedWithEitherAndWithBoth() throws Exception {
        SignedLog rotated = SignedLog.random(1, 5);
        String text = LOG.note().text();
        List<String> lines = LOG.lines(900);
        String end = LOG.end(lines, 900);
        String signature = "\\n" + rotated.sign(text) + "\\n\"}}";
        Path file = SignedLog.file(directory.resolve("export.ndjson"), with(lines, end.replace("\\n\"}}", signature)));
        Path keys = Files.writeString(directory.resolve("log.vkey"), rotated.vkey() + "\n" + LOG.vkey() + "\n");

        assertSame("VERIFIED", "--export", file, "--key", LOG.vkey());
        assertSame("VERIFIED", "--export", file, "--key", rotated.vkey());
        assertSame("VERIFIED", "--export", file, "--key", keys);
        Path forged = SignedLog.file(
                directory.resolve("forged.ndjson"),
                with(lines, end.replace("\\n\"}}", "\\n" + rotated.sign("x\n") + "\\n\"}}")));
        assertSame("VERIFIED", "--export", forged, "--key", LOG.vkey());
        assertSame("FORGED", "--export", forged, "--key", keys);
        assertSame("FORGED", "--export", forged, "--key", rotated.vkey());
    }

    @Test
    void proofs_anyAct_haveTheResultOfJava() throws Exception {
        Path proof = directory.resolve("event.tlog-proof");
        Path event = directory.resolve("event.json");
        for (int seq : new int[] {0, 1, 255, 256, 500, 998, 999}) {
            Files.writeString(proof, LOG.proof(seq).toString());
            Files.writeString(event, EventWriter.toSealedJson(LOG.events().get(seq)));
            assertSame("VERIFIED", "--proof", proof, "--event", event, "--key", LOG.vkey());
            assertSame("CONSISTENT", "--proof", proof, "--event", event);
            Files.writeString(proof, LOG.proof(seq).toString().replaceFirst("index \\d+", "index 7"));
            assertSame("ALTERED", "--proof", proof, "--key", LOG.vkey());
        }
        Files.writeString(proof, LOG.proof(3).toString());
        assertSame("ALTERED", "--proof", proof, "--event", event, "--key", LOG.vkey());
    }

    private static List<String> with(List<String> lines, String end) {
        List<String> all = new ArrayList<>(lines);
        all.add(end);
        return all;
    }

    private void assertSame(List<String> lines, String... results) throws Exception {
        Path file = SignedLog.file(directory.resolve("export.ndjson"), lines);
        List<String> both =
                List.of(python("--export", file, "--key", LOG.vkey()), java("--export", file, "--key", LOG.vkey()));
        assertThat(both)
                .allSatisfy(line ->
                        assertThat(line).containsPattern("^verify: result=(?:" + String.join("|", results) + ") "));
        // The script ends with the first contradiction, so it may not know the number of events or the log.
        if (!List.of(results).contains("ALTERED")) {
            assertThat(both.get(0)).isEqualTo(both.get(1));
        }
    }

    private static void assertSame(String result, Object... arguments) throws Exception {
        assertThat(python(arguments))
                .startsWith("verify: result=" + result + " ")
                .isEqualTo(java(arguments));
    }

    /** The last line and the exit code. */
    private static String java(Object... arguments) {
        StringWriter printed = new StringWriter();
        int exit = new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(printed))
                .execute(texts(arguments).toArray(String[]::new));
        return lastLine(printed.toString()) + " exit " + exit;
    }

    private static String python(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", SCRIPT));
        command.addAll(texts(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return lastLine(printed) + " exit " + process.exitValue();
    }

    private static List<String> texts(Object... arguments) {
        return Arrays.stream(arguments).map(String::valueOf).toList();
    }

    private static String lastLine(String printed) {
        List<String> lines = printed.lines().toList();
        return lines.get(lines.size() - 1);
    }

    private static List<String> java(List<String> lines) {
        JsonLeaf leaf = new JsonLeaf();
        List<String> leaves = new ArrayList<>();
        for (String line : lines) {
            try {
                leaves.add(
                        HexFormat.of().formatHex(leaf.read(line.getBytes(UTF_8)).bytes()));
            } catch (MalformedEventException e) {
                leaves.add("refused");
            }
        }
        return leaves;
    }

    private List<String> python(String program, List<String> lines) throws Exception {
        Path input = SignedLog.file(directory.resolve("lines"), lines);
        ProcessBuilder builder = new ProcessBuilder("python3", "-c", program)
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONPATH", "src/main/python");
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        List<String> printed = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return printed;
    }
}
