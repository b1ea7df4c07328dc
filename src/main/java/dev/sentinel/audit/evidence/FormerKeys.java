package dev.sentinel.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SigningKey;
import dev.sentinel.audit.evidence.tlog.VerifierKey;
import dev.sentinel.audit.failure.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lies beside the key of a number once it was replaced. Former public keys stay for ever, since checkpoints stay
 * as well, in {@code log-1.key.former}. A former private key stays only until its end, which its name tells:
 * {@code log-1.key.until-20261205T100000Z-2f4e5a1c}. Blocking; methods throw {@link Unavailable}.
 */
final class FormerKeys {
    private static final String FORMER = ".former";
    private static final String ROTATION = ".rotate";
    private static final DateTimeFormatter END =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path key;
    private final Pattern retired;

    /** @param key the file of the primary key */
    FormerKeys(Path key) {
        this.key = key;
        this.retired =
                Pattern.compile(Pattern.quote(key.getFileName() + ".until-") + "([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{8}");
    }

    /** The files that belong to the primary key and must be where it is, by what their names add to its name. */
    List<String> parts() {
        List<String> parts = new ArrayList<>(List.of(FORMER, ROTATION));
        int name = key.getFileName().toString().length();
        ends().forEach(end -> parts.add(end.file.getFileName().toString().substring(name)));
        return parts;
    }

    /** What another server needs to sign as this one does. */
    List<Path> copies() {
        return Stream.concat(Stream.of(beside(FORMER)), ends().stream().map(End::file))
                .filter(Files::exists)
                .toList();
    }

    /** The public keys from before, newest first. */
    List<VerifierKey> verifierKeys() {
        return parsed(
                        beside(FORMER),
                        text -> text.lines().map(VerifierKey::parse).toList())
                .orElse(List.of());
    }

    /** The private keys that may still sign, also if their end has come. */
    List<LogKeys.Retired> retired() {
        return ends().stream()
                .flatMap(end ->
                        parsed(end.file, SigningKey::parse).map(old -> new LogKeys.Retired(old, end.at)).stream())
                .toList();
    }

    /** Keeps a key that is about to be replaced. On disk when this returns; may be done again. */
    void keep(SigningKey old, Instant until) {
        VerifierKey vkey = old.verifierKey();
        SignerFiles.replace(
                beside(".until-" + END.format(until) + "-" + HexFormat.of().toHexDigits(vkey.keyId())),
                old.toFileText());
        List<VerifierKey> all = new ArrayList<>(verifierKeys());
        if (!all.contains(vkey)) {
            all.add(0, vkey);
            StringBuilder text = new StringBuilder();
            all.forEach(each -> text.append(each).append('\n'));
            SignerFiles.replace(beside(FORMER), text.toString());
        }
    }

    /** When the next private key ends, or has ended; empty if there is none. */
    Optional<Instant> nextEnd() {
        return ends().stream().map(End::at).min(Comparator.naturalOrder());
    }

    /** Whether there is a private key whose end has come. */
    boolean hasEnded(Instant now) {
        return ends().stream().anyMatch(end -> !end.at.isAfter(now));
    }

    /** Deletes the private keys whose end has come. */
    void forgetEnded(Instant now) {
        ends().stream().filter(end -> !end.at.isAfter(now)).forEach(end -> SignerFiles.delete(end.file));
    }

    /** What was decided and is not done; empty if nothing is. */
    Optional<Rotation> rotation() {
        return parsed(beside(ROTATION), Rotation::parse);
    }

    /** Decides. On disk when this returns. */
    void decide(Rotation rotation) {
        SignerFiles.replace(beside(ROTATION), rotation.toFileText());
    }

    /** Everything about a replacement is done, or it means nothing. A later one stays. */
    void forgetRotation(Rotation done) {
        if (rotation().filter(done::isSame).isPresent()) {
            SignerFiles.delete(beside(ROTATION));
        }
    }

    /** A file of a private key, and when it ends. */
    private record End(Path file, Instant at) {}

    private List<End> ends() {
        try (Stream<Path> files = Files.list(key.getParent())) {
            return files.flatMap(file -> end(file).stream())
                    .sorted((a, b) -> b.at.compareTo(a.at))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw SignerFiles.unreadable(key.getParent(), e);
        }
    }

    private Optional<End> end(Path file) {
        Matcher name = retired.matcher(file.getFileName().toString());
        try {
            return name.matches()
                    ? Optional.of(new End(file, END.parse(name.group(1), Instant::from)))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Path beside(String added) {
        return key.resolveSibling(key.getFileName() + added);
    }

    private static <T> Optional<T> parsed(Path file, Function<String, T> parse) {
        return SignerFiles.read(file).map(text -> {
            try {
                return parse.apply(new String(text, UTF_8));
            } catch (MalformedNoteException e) {
                throw new Unavailable(file + " is damaged: " + e.getMessage() + "; move it away", e);
            }
        });
    }
}
