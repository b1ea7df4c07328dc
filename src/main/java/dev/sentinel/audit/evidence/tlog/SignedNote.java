package dev.sentinel.audit.evidence.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A text and signatures of it (c2sp.org/signed-note). The text must not be believed before {@link #verifiedBy}.
 *
 * @param text ends in a line feed; no control characters but line feeds
 * @param signatures 1 to 100
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
    /** The longest note in bytes. Checkpoints have a few hundred. */
    public static final int MAX_BYTES = 65_536;

    /** The specification requires at least 16. */
    public static final int MAX_SIGNATURES = 100;

    /** What a key says of a note. */
    public enum Verdict {
        /** A signature names the key, and all that do are genuine. */
        VERIFIED,
        /** A signature names the key and is not genuine, so nobody should trust the note, whoever else signed it. */
        FAILED,
        /** No signature names the key, or its algorithm is not supported. */
        ABSENT
    }

    /** @throws MalformedNoteException if the text or the signatures do not make a note */
    public SignedNote {
        requireText(text);
        if (signatures.isEmpty()) {
            throw new MalformedNoteException("the note has no signature");
        }
        if (signatures.size() > MAX_SIGNATURES) {
            throw new MalformedNoteException("the note has more than " + MAX_SIGNATURES + " signatures");
        }
        signatures = List.copyOf(signatures);
    }

    static void requireText(String text) {
        if (!text.endsWith("\n")) {
            throw new MalformedNoteException("the text of the note does not end in a line feed");
        }
        requireLength(text.length());
        Syntax.requireNoteCharacters("the note", text);
    }

    private static void requireLength(int length) {
        if (length > MAX_BYTES) {
            throw new MalformedNoteException("the note is longer than " + MAX_BYTES + " bytes");
        }
    }

    /**
     * Parses a note in UTF-8, exactly as {@link #toString} prints it.
     *
     * @throws MalformedNoteException if it is not a note
     */
    public static SignedNote parse(byte[] note) {
        requireLength(note.length);
        return parseText(Syntax.utf8("the note", note));
    }

    /** Parses a note, exactly as {@link #toString} prints it. */
    public static SignedNote parse(String note) {
        requireLength(note.length());
        requireLength(note.getBytes(UTF_8).length);
        return parseText(note);
    }

    private static SignedNote parseText(String note) {
        Syntax.requireNoteCharacters("the note", note);
        if (!note.endsWith("\n")) {
            throw new MalformedNoteException("the note does not end in a line feed");
        }
        int emptyLine = note.lastIndexOf("\n\n");
        if (emptyLine < 0) {
            throw new MalformedNoteException("the note has no empty line between its text and its signatures");
        }
        String lines = note.substring(emptyLine + 2);
        if (lines.isEmpty()) {
            throw new MalformedNoteException("the note has no signature");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        for (String line : lines.substring(0, lines.length() - 1).split("\n", MAX_SIGNATURES + 1)) {
            // The last one of too many is several lines, and is not reached.
            if (signatures.size() == MAX_SIGNATURES) {
                throw new MalformedNoteException("the note has more than " + MAX_SIGNATURES + " signatures");
            }
            signatures.add(NoteSignature.parse(line));
        }
        return new SignedNote(note.substring(0, emptyLine + 1), signatures);
    }

    /**
     * Parses a note that people copied: with the line ends of Windows, blanks around lines, empty lines around the
     * note, or as the one line that {@link #toLine} prints. What this changes is no danger, because the signatures
     * still have to fit.
     *
     * @param prefix of the one line
     * @throws MalformedNoteException if it is not a note even so
     */
    public static SignedNote parsePasted(String pasted, String prefix) {
        // Base64 and line ends make it longer.
        requireLength(pasted.length() / 2);
        String note = pasted.replace("\uFEFF", "").strip();
        if (note.startsWith(prefix)) {
            try {
                return parse(Base64.getUrlDecoder()
                        .decode(note.substring(prefix.length()).strip()));
            } catch (IllegalArgumentException e) {
                throw new MalformedNoteException("the text after " + prefix + " is not valid base64url");
            }
        }
        return parse(Arrays.stream(note.split("\r?\n", -1))
                .map(line -> line.strip() + "\n")
                .collect(Collectors.joining()));
    }

    /** Returns the note as one line without a line feed: the prefix and the base64url of the note, without padding. */
    public String toLine(String prefix) {
        return prefix
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(toString().getBytes(UTF_8));
    }

    /** Returns what this key says of the note. It takes about 1 ms for each signature that names the key. */
    public Verdict verdictOf(VerifierKey key) {
        byte[] bytes = text.getBytes(UTF_8);
        List<NoteSignature> ofKey = key.isSupported()
                ? signatures.stream().filter(signature -> signature.isOf(key)).toList()
                : List.of();
        if (ofKey.isEmpty()) {
            return Verdict.ABSENT;
        }
        return ofKey.stream().allMatch(signature -> key.verifies(bytes, signature.signature()))
                ? Verdict.VERIFIED
                : Verdict.FAILED;
    }

    /**
     * Returns the note with more signatures. One of a key that has signed already replaces the earlier one.
     *
     * @throws MalformedNoteException if they are too many
     */
    public SignedNote with(List<NoteSignature> more) {
        List<NoteSignature> all = new ArrayList<>(signatures);
        all.removeIf(old ->
                more.stream().anyMatch(added -> added.name().equals(old.name()) && added.keyId() == old.keyId()));
        all.addAll(more);
        return new SignedNote(text, all);
    }

    /** Returns the signatures that name a key. Nothing says yet that they are genuine. */
    public List<NoteSignature> signaturesOf(VerifierKey key) {
        return signatures.stream().filter(signature -> signature.isOf(key)).toList();
    }

    /** Tells whether this key signed the note. Signatures of other keys are ignored. */
    public boolean verifiedBy(VerifierKey key) {
        return verdictOf(key) == Verdict.VERIFIED;
    }

    /** Returns the note, with a line feed at its end. */
    @Override
    public String toString() {
        return signatures.stream().map(signature -> signature + "\n").collect(Collectors.joining("", text + "\n", ""));
    }
}
