package dev.sentinel.audit.evidence.tlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses one policy file, line by line. Used once. */
final class PolicyParser {
    /** The specification asks for 32 logs, witnesses and groups; this is room for hundreds. */
    private static final int MAX_LENGTH = 262_144;

    private static final Pattern BLANKS = Pattern.compile("[ \t]+");

    private final List<Policy.Log> logs = new ArrayList<>();
    private final List<Policy.Witness> witnesses = new ArrayList<>();
    private final List<Policy.Group> groups = new ArrayList<>();
    private final Set<String> logKeys = new HashSet<>();
    private final Set<String> witnessKeys = new HashSet<>();
    private final Set<String> names = new HashSet<>(Set.of(Policy.NONE));
    private final Set<String> members = new HashSet<>();
    private @Nullable String quorum;

    Policy parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedNoteException("the policy is longer than " + MAX_LENGTH + " characters");
        }
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            try {
                parseLine(lines[i]);
            } catch (MalformedNoteException e) {
                throw new MalformedNoteException("line " + (i + 1) + " of the policy: " + e.getMessage());
            }
        }
        if (quorum == null) {
            throw new MalformedNoteException("the policy has no quorum line");
        }
        return new Policy(logs, witnesses, groups, quorum);
    }

    private void parseLine(String line) {
        if (line.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
            throw new MalformedNoteException("it contains a control character");
        }
        List<String> items = Arrays.stream(BLANKS.split(line, -1))
                .filter(item -> !item.isEmpty())
                .toList();
        if (items.isEmpty() || items.get(0).startsWith("#")) {
            return;
        }
        switch (items.get(0)) {
            case "log" -> parseLog(items);
            case "witness" -> parseWitness(items);
            case "group" -> parseGroup(items);
            case "quorum" -> parseQuorum(items);
            default -> throw new MalformedNoteException("it is no log, witness, group or quorum");
        }
    }

    private void parseLog(List<String> items) {
        requireCount(items, 2, 3, "log <vkey> [<url>]");
        VerifierKey key = VerifierKey.parse(items.get(1));
        requireNew(logKeys, key, "log");
        logs.add(new Policy.Log(key, url(items, 2)));
    }

    private void parseWitness(List<String> items) {
        requireCount(items, 3, 4, "witness <name> <vkey> [<url>]");
        VerifierKey key = VerifierKey.parse(items.get(2));
        if (key.algorithm() != VerifierKey.COSIGNATURE && key.algorithm() != VerifierKey.ML_DSA_44_COSIGNATURE) {
            throw new MalformedNoteException("the key is not one for cosignatures");
        }
        requireNew(witnessKeys, key, "witness");
        define(items.get(1));
        witnesses.add(new Policy.Witness(items.get(1), key, url(items, 3)));
    }

    private void parseGroup(List<String> items) {
        requireCount(items, 4, Integer.MAX_VALUE, "group <name> all|any|<k> <name>...");
        List<String> listed = items.subList(3, items.size());
        for (String member : listed) {
            requireDefined(member);
            if (member.equals(Policy.NONE) || !members.add(member)) {
                throw new MalformedNoteException("a member is none, or is in a group already");
            }
        }
        // A group cannot be a member of itself, so its name comes last.
        define(items.get(1));
        groups.add(new Policy.Group(items.get(1), threshold(items.get(2), listed.size()), listed));
    }

    private static int threshold(String text, int members) {
        long threshold =
                switch (text) {
                    case "all" -> members;
                    case "any" -> 1;
                    default -> Syntax.decimal("the threshold", text);
                };
        if (threshold < 1 || threshold > members) {
            throw new MalformedNoteException("the threshold is not between 1 and the number of members");
        }
        return (int) threshold;
    }

    private void parseQuorum(List<String> items) {
        requireCount(items, 2, 2, "quorum <name>");
        if (quorum != null) {
            throw new MalformedNoteException("there is a second quorum line");
        }
        requireDefined(items.get(1));
        quorum = items.get(1);
    }

    private static void requireCount(List<String> items, int min, int max, String form) {
        if (items.size() < min || items.size() > max) {
            throw new MalformedNoteException("it is not of the form " + form);
        }
    }

    /** One public key with two names would count twice. */
    private static void requireNew(Set<String> keys, VerifierKey key, String what) {
        if (!keys.add(Syntax.base64(key.publicKey()))) {
            throw new MalformedNoteException("another " + what + " has this public key");
        }
    }

    private void define(String name) {
        if (!names.add(name)) {
            throw new MalformedNoteException("the name is taken");
        }
    }

    private void requireDefined(String name) {
        if (!names.contains(name)) {
            throw new MalformedNoteException("no line before it defines one of the names");
        }
    }

    private static Optional<String> url(List<String> items, int place) {
        return items.size() > place ? Optional.of(items.get(place)) : Optional.empty();
    }
}
