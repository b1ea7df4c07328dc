package dev.sentinel.audit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads options that are a vkey, or a file with one on each line. */
final class VerifierKeys {
    private static final int MAX_FILE = 1 << 20;

    private VerifierKeys() {}

    /** Throws {@link ParameterException} if a value is neither. */
    static List<VerifierKey> parse(CommandSpec command, String option, List<String> values) {
        List<VerifierKey> parsed = new ArrayList<>();
        for (String value : values) {
            for (String line : lines(command, option, value)) {
                try {
                    parsed.add(VerifierKey.parse(line));
                } catch (MalformedNoteException e) {
                    throw new ParameterException(
                            command.commandLine(),
                            option + " must be a vkey, name+id+base64, or a file with one on each line: "
                                    + e.getMessage() + ".");
                }
            }
        }
        if (!values.isEmpty() && parsed.isEmpty()) {
            throw new ParameterException(command.commandLine(), "The files of " + option + " have no key.");
        }
        return parsed;
    }

    /** A vkey has characters that few file names have, but a file comes first. */
    private static List<String> lines(CommandSpec command, String option, String value) {
        try {
            Path file = Path.of(value);
            if (Files.isRegularFile(file)) {
                try (InputStream in = Files.newInputStream(file)) {
                    return new String(in.readNBytes(MAX_FILE), UTF_8)
                            .lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList();
                }
            }
        } catch (InvalidPathException e) {
            // Not a file.
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), option + " " + value + " cannot be read.");
        }
        return List.of(value.strip());
    }
}
