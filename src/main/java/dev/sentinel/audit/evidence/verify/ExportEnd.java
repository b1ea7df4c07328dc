package dev.sentinel.audit.evidence.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sentinel.audit.evidence.tlog.MalformedNoteException;
import dev.sentinel.audit.evidence.tlog.SignedNote;
import dev.sentinel.audit.evidence.tlog.TreeHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last line of an export.
 *
 * @param events the number of lines before it
 * @param beganAt when the export began
 * @param leavesSha256 of the leaf hashes in the order of the lines; empty if an older server wrote it
 * @param tree empty if the export does not have all events
 */
record ExportEnd(long events, String beganAt, Optional<String> leavesSha256, Optional<Tree> tree) {
    /** How the last line begins. No event does. */
    static final String START = "{\"export\":";

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int MAX_HASHES = 64;

    /**
     * What proves that the export has all events.
     *
     * @param size the number of events
     * @param consistency proves that the tree of this size is the beginning of the one of the note
     */
    record Tree(long size, List<TreeHash> consistency, SignedNote note) {}

    /** A line is not the last one of an export. */
    static final class MalformedException extends Exception {
        private MalformedException(Exception cause) {
            super("it is not the last line of an export", cause);
        }
    }

    /** Parses the line. */
    static ExportEnd parse(byte[] line, int length) throws MalformedException {
        long events = -1;
        String beganAt = "";
        String leaves = null;
        Tree tree = null;
        try (JsonParser json = FACTORY.createParser(new String(line, 0, length, UTF_8))) {
            require(json.nextToken() == JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "export" -> {
                        require(value == JsonToken.START_OBJECT);
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            String member = json.currentName();
                            json.nextToken();
                            switch (member) {
                                case "events" -> events = number(json);
                                case "complete" -> require(json.currentToken() == JsonToken.VALUE_TRUE);
                                case "began_at" -> beganAt = text(json);
                                default -> json.skipChildren();
                            }
                        }
                    }
                    case "leaves_sha256" -> leaves = text(json);
                    case "tree" -> tree = tree(json);
                    default -> json.skipChildren();
                }
            }
            require(json.nextToken() == null && events >= 0);
            return new ExportEnd(events, beganAt, Optional.ofNullable(leaves), Optional.ofNullable(tree));
        } catch (IOException | MalformedNoteException e) {
            throw new MalformedException(e);
        }
    }

    private static @Nullable Tree tree(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(json.currentToken() == JsonToken.START_OBJECT);
        long size = -1;
        List<TreeHash> consistency = new ArrayList<>();
        SignedNote note = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "size" -> size = number(json);
                case "consistency" -> {
                    require(json.currentToken() == JsonToken.START_ARRAY);
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        require(consistency.size() < MAX_HASHES);
                        consistency.add(TreeHash.parse(text(json)));
                    }
                }
                case "checkpoint" -> note = SignedNote.parse(text(json));
                default -> json.skipChildren();
            }
        }
        require(size >= 0);
        if (note == null) {
            throw new IOException("the tree has no checkpoint");
        }
        return new Tree(size, consistency, note);
    }

    private static long number(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.VALUE_NUMBER_INT);
        return json.getLongValue();
    }

    private static String text(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static void require(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("it does not have the members of a last line");
        }
    }
}
