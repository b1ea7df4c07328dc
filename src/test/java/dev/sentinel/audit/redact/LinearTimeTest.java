package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are built so that a careless rule reads them again and again. */
final class LinearTimeTest {
    private static final int CHARS = 1 << 20;

    /** Between a text and one of an eighth: 8 if the work is linear, 64 if it is quadratic. */
    private static final double MOST = 20;

    /** Below this nothing can be told: the processor time of small texts is noise. */
    private static final long NANOS_OF_LITTLE = 400_000_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ",
                "eyJaaaaaaaa.",
                "eyJaaaaaaaa.b.",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY",
                "-----BEGIN PRIVATE KEY-----\n",
                "://",
                "a://b:",
                "bearer ",
                "basic ",
                "basic/",
                "bearer/",
                "=",
                "a=",
                "password=",
                "password=[REDACTED]",
                "password:\\",
                "\"",
                "4",
                "4 ",
                "4111-",
                "4111 1111 ",
                "sk-",
                "ghp_",
                "cookie:[REDACTED]",
                ": ",
                "'=",
                "-",
                "--password ",
                "--token token ",
                "token=",
                "token=a,",
                "token='",
                "password=\"\\\"",
                "password=[a,",
                "password=[",
                "password=${",
                "auth: ",
                "\\",
                "\\\"",
                "%22",
                "%3D",
                "&quot;",
                "<",
                "<password>",
                "<password><![CDATA[",
                "<a>",
                "x,",
                "\"token\",",
                "\"a\",\"b\",",
                "name=\"token\" ",
                "value=\"a\" ",
                "name=\"password\" value=\"a\" ",
                "(",
                "setPassword(\"",
                "password 'a",
                "identified by ",
                "mysql -p",
                "-u a:b ",
                "-u a",
                "\u001b[",
                "\u001b[1;",
                "[32m",
                "api.telegram.org/bot",
                "PMAK-",
                "Authorization: Bearer ",
                "authorization: a b ",
                "pass",
                "secret secret",
                "AKIA",
                "is ",
                "key is ",
                "SG.",
                "glpat-.",
                "whsec_/",
                "ghp_-",
                "-ghp_",
                "hooks.slack.com/services/",
                "bearer+",
                " -p x",
                "mysql -p x ",
                "auth=(",
                "|a|",
                "| token | a ",
                "token -> ",
                "a ?? ",
                "a || ",
                "password=a or ",
                "password=${{",
                "password=$(",
                "password: |\n ",
                "password:\n  ",
                "name: token\nvalue: a\n",
                "\"secrets\":{\"a\":\"b\",",
                "default=\"a\" ",
                "set token ",
                "%3a%2f%2fa%3a",
                "a:b@tcp(",
                "fill('",
                "--password-stdin ",
                "export A_PASSWORD=",
                "Private-Lines: ",
                "token\u001b[0m="
            })
    void clean_repetitive_isLinear(String piece) {
        char[] large = piece.repeat(CHARS / piece.length()).toCharArray();
        ShapeScanner scanner = new ShapeScanner(new SecretNames(List.of("iban"), List.of("x")), Shapes.BUILT_IN, false);
        long eighth = nanos(scanner, large, large.length / 8);
        long all = nanos(scanner, large, large.length);
        if (all > NANOS_OF_LITTLE) {
            assertThat((double) all / eighth).as("%s ms", all / 1_000_000).isLessThan(MOST);
        }
    }

    private static long nanos(ShapeScanner scanner, char[] text, int length) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        scanner.clean(text, 0, length);
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }
}
