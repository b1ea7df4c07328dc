package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.model.ActionType;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads the tables; {@code index.txt} explains their form. An error in them is a defect of this server. */
final class MappingReader {
    private static final String INDEX = "index";
    private static final char COMMENT = '#';

    private final Map<String, List<String>> lists = new HashMap<>();
    private final Map<String, ActionType> tools = new HashMap<>();

    private MappingReader() {}

    static Mapping packaged() {
        return new MappingReader().read();
    }

    private Mapping read() {
        for (List<String> line : lines(INDEX)) {
            List<String> words = line.subList(1, line.size());
            if (line.get(0).equals("tools")) {
                ActionType type = ActionType.ofWireName(words.get(0));
                words.subList(1, words.size()).forEach(tool -> tools.put(tool, type));
            } else {
                lists.computeIfAbsent(line.get(0), key -> new ArrayList<>()).addAll(words);
            }
        }
        Map<String, Emitter> emitters = new HashMap<>();
        Deque<Emitter> ordered = new ArrayDeque<>();
        List<String> files = list("emitters");
        // From the last one, because an emitter may continue with one that stands after it.
        for (int i = files.size() - 1; i >= 0; i--) {
            Emitter emitter = EmitterReader.read(files.get(i), lines(files.get(i)), emitters);
            emitters.put(emitter.name(), emitter);
            ordered.addFirst(emitter);
        }
        return new Mapping(Integer.parseInt(list("version").get(0)), List.copyOf(ordered), vocabulary());
    }

    private Vocabulary vocabulary() {
        return new Vocabulary(
                KeySet.of(list("content")),
                KeySet.of(list("omit")),
                Set.copyOf(list("placeholder")),
                Set.copyOf(list("sql")),
                Set.copyOf(list("url")),
                Map.copyOf(tools),
                list("target"),
                list("allowed"),
                list("denied"),
                list("resource"));
    }

    private List<String> list(String name) {
        List<String> words = lists.get(name);
        if (words == null) {
            throw new IllegalStateException("The tables have no " + name + ".");
        }
        return List.copyOf(words);
    }

    private static List<List<String>> lines(String name) {
        String file = name + ".txt";
        try (InputStream in = MappingReader.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new FileNotFoundException("not on the class path: " + file);
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && line.charAt(0) != COMMENT)
                    .map(MappingReader::words)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word.replace("%20", " "));
            }
        }
        return List.copyOf(words);
    }

    /** A constant by its name in lower case. */
    static <T extends Enum<T>> T constant(Class<T> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }
}
