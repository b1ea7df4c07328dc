package dev.sentinel.audit.redact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Texts that the rules of the server and of both SDKs are held to: {@code src/test/redaction}. */
final class Corpus {
    private static final Path FOLDER = Path.of("src/test/redaction");

    /** {@code «x»80} */
    private static final Pattern COUNTED = Pattern.compile("«([^»]*)»(\\d+)");

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

    /** Lines of which {@link #repeated} makes texts that are costly to read. */
    static List<String> repetitive() {
        return read("repetitive.txt").toList();
    }

    /** Lines like those of {@link #repetitive}, which mix many rules and cost more. */
    static List<String> repetitiveMixed() {
        return read("repetitive-mixed.txt").toList();
    }

    /** At least so many characters of a piece, and its tail. The file explains the notation. */
    static String repeated(String piece, int chars) {
        String[] parts = piece.split("\t", 2);
        String repeated = unescaped(parts[0]);
        StringBuilder text = new StringBuilder(chars + repeated.length());
        for (int number = 0; text.length() < chars; number++) {
            text.append(repeated.replace("{#}", Integer.toString(number, Character.MAX_RADIX)));
        }
        return text.append(parts.length > 1 ? unescaped(parts[1]) : "").toString();
    }

    private static String unescaped(String piece) {
        return COUNTED.matcher(piece.translateEscapes())
                .replaceAll(counted ->
                        Matcher.quoteReplacement(counted.group(1).repeat(Integer.parseInt(counted.group(2)))));
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
        return read(file)
                .map(line -> line.replace('⏎', '\n').replace('␛', '\u001b').replace('⇥', '\t'))
                .toList();
    }

    private static Stream<String> read(String file) {
        try {
            return Files.readAllLines(FOLDER.resolve(file)).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
