package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads checkpoints that someone kept: one note, a pasted one with other line ends, the one line
 * {@code sentinel-checkpoint:…}, or a file to which a server appended one note after the other.
 */
public final class NoteFile {
    /** Starts a checkpoint that is printed as one line. */
    public static final String LINE_PREFIX = "sentinel-checkpoint:";

    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_NOTES = 100_000;
    private static final String SIGNATURE = "\u2014 ";

    private NoteFile() {}

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, is too large, or has something else in it
     */
    public static List<Anchor> read(Path file, Trust trust) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAX_BYTES) {
            throw new IOException(file + " has more than 64 MiB; give the part that matters");
        }
        // Not a time of the log: when this file was last written, by the clock of this machine.
        Instant written = Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS);
        Set<String> notes;
        try {
            notes = split(new String(Files.readAllBytes(file), UTF_8));
        } catch (MalformedNoteException e) {
            throw new IOException(file + " is not a checkpoint: " + e.getMessage(), e);
        }
        List<Anchor> anchors = new ArrayList<>();
        for (String note : notes) {
            String source = file + (notes.size() > 1 ? ", note " + (anchors.size() + 1) : "");
            try {
                anchors.add(trust.anchor(source, "checkpoint:" + written, true, SignedNote.parse(note)));
            } catch (MalformedNoteException e) {
                throw new IOException(source + " is not a checkpoint: " + e.getMessage(), e);
            }
        }
        return anchors;
    }

    /** The notes of a text, each once. A note ends with its last signature line. */
    private static Set<String> split(String text) throws IOException {
        Set<String> notes = new LinkedHashSet<>();
        StringBuilder note = new StringBuilder();
        boolean signed = false;
        for (String raw : text.replace("\uFEFF", "").split("\n", -1)) {
            String line = raw.strip();
            boolean isSignature = line.startsWith(SIGNATURE);
            if (signed && !isSignature) {
                add(notes, note.toString());
                note.setLength(0);
                signed = false;
            }
            if (line.startsWith(LINE_PREFIX)) {
                add(notes, SignedNote.parsePasted(line, LINE_PREFIX).toString());
            } else if (!line.isEmpty() || !note.isEmpty()) {
                note.append(line).append('\n');
                signed = isSignature;
            }
        }
        if (!note.toString().isBlank() || notes.isEmpty()) {
            add(notes, note.toString());
        }
        return notes;
    }

    private static void add(Set<String> notes, String note) throws IOException {
        if (notes.size() == MAX_NOTES) {
            throw new IOException("there are more than " + MAX_NOTES + " notes; give the part that matters");
        }
        notes.add(note);
    }
}
