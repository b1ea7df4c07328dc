package dev.sentinel.audit.redact;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the tables of the rules, which are resources beside this class. The Python SDK reads the same files. They are
 * read once, when the first rules are created at the start, because reading would block an event loop later.
 */
final class RuleFiles {
    private static final char COMMENT = '#';
    private static final Map<String, List<String>> LISTS = lists();

    /** The lines of {@code shapes.tsv}. */
    static final List<String> SHAPES = packaged("shapes.tsv");

    private RuleFiles() {}

    /** The words of one list of {@code names.tsv}. */
    static Set<String> words(String list) {
        return Set.copyOf(ordered(list));
    }

    /** The words of one list, in the order of the file. */
    static List<String> ordered(String list) {
        List<String> words = LISTS.get(list);
        if (words == null) {
            throw new IllegalArgumentException("no such list: " + list);
        }
        return words;
    }

    private static Map<String, List<String>> lists() {
        Map<String, List<String>> lists = new HashMap<>();
        for (String line : packaged("names.tsv")) {
            String[] columns = line.split("\t", -1);
            lists.put(columns[0], List.of(columns[1].split(" ")));
        }
        return Map.copyOf(lists);
    }

    private static List<String> packaged(String name) {
        try (InputStream in = RuleFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException("not on the class path: " + name);
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isEmpty() && line.charAt(0) != COMMENT)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
