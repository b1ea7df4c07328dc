package dev.sentinel.audit.redact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Texts that the rules of the server and of both SDKs are held to: {@code src/test/redaction}. */
final class Corpus {
    private static final Path FOLDER = Path.of("src/test/redaction");

    private Corpus() {}

    /** Texts with secrets between guillemets. */
    static List<String> secrets() {
        return lines("secrets.txt");
    }

    /** Texts without a secret. */
    static List<String> innocents() {
        return lines("innocents.txt");
    }

    /** Texts with secrets, some of which are missed; whether more than the secret goes does not count. */
    static List<String> collectedSecrets() {
        return lines("collected-secrets.txt");
    }

    /** Texts without a secret, of a few of which something goes. */
    static List<String> collectedInnocents() {
        return lines("collected-innocents.txt");
    }

    /** The text without its marks. */
    static String unmarked(String text) {
        return text.replace("«", "").replace("»", "");
    }

    /** The text without its secrets; one that is not closed goes to the end. */
    static String redacted(String text) {
        return text.replaceAll("(?s)«[^»]*(»|$)", "[REDACTED]");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(FOLDER.resolve(file)).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.replace('⏎', '\n').replace('␛', '\u001b').replace('⇥', '\t'))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
