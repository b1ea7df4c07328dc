package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.model.EventStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the table of one emitter. */
final class EmitterReader {
    private final List<String> names = new ArrayList<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> scopes = new ArrayList<>();
    private final List<String> marks = new ArrayList<>();
    private final Map<Field, List<Key>> fields = new EnumMap<>(Field.class);
    private final List<Rule> logs = new ArrayList<>();
    private final List<Rule> spans = new ArrayList<>();
    private boolean coding;
    private String provider = "";
    private Emitter.@Nullable AgentName agent;
    private @Nullable LogKey id;
    private @Nullable Emitter base;

    private EmitterReader() {}

    /** @param others those that stand after it */
    static Emitter read(String name, List<List<String>> lines, Map<String, Emitter> others) {
        EmitterReader reader = new EmitterReader();
        for (List<String> line : lines) {
            try {
                reader.line(line.get(0), line.subList(1, line.size()), others);
            } catch (RuntimeException e) {
                throw new IllegalStateException("In the table " + name + ": " + String.join(" ", line), e);
            }
        }
        return reader.emitter(name);
    }

    private void line(String directive, List<String> words, Map<String, Emitter> others) {
        switch (directive) {
            case "name" -> names.addAll(words);
            case "service" -> services.addAll(words);
            case "scope" -> scopes.addAll(words);
            case "mark" -> marks.addAll(words);
            case "coding" -> coding = true;
            case "provider" -> provider = words.get(0);
            case "agent" -> agent = agent(words.get(0), words.get(1));
            case "id" -> id = LogKey.parse(words);
            case "like" -> base = known(words.get(0), others);
            case "field" ->
                fields.put(
                        MappingReader.constant(Field.class, words.get(0)),
                        words.subList(1, words.size()).stream().map(Key::parse).toList());
            case "log" -> logs.add(rule(words));
            case "span" -> spans.add(rule(words));
            default -> throw new IllegalArgumentException("no such directive: " + directive);
        }
    }

    private static Emitter known(String name, Map<String, Emitter> others) {
        Emitter emitter = others.get(name);
        if (emitter == null) {
            throw new IllegalArgumentException("no such emitter: " + name);
        }
        return emitter;
    }

    private static Emitter.AgentName agent(String prefix, String place) {
        // The colon of "resource:" is not the one before a length.
        int colon = place.lastIndexOf(':');
        boolean cut = colon >= 0 && Character.isDigit(place.charAt(colon + 1));
        return new Emitter.AgentName(
                prefix,
                Key.parse(cut ? place.substring(0, colon) : place),
                cut ? Integer.parseInt(place.substring(colon + 1)) : Integer.MAX_VALUE);
    }

    private static Rule rule(List<String> words) {
        List<Condition> conditions = new ArrayList<>();
        int next = 1;
        for (Condition condition; (condition = Condition.parse(words.get(next))) != null; next++) {
            conditions.add(condition);
        }
        Action action = MappingReader.constant(Action.class, words.get(next++));
        String reason = action == Action.DROP ? words.get(next++) : "";
        Options options = new Options();
        words.subList(next, words.size()).forEach(options::set);
        return new Rule(
                words.get(0).equals("*") ? "" : words.get(0),
                List.copyOf(conditions),
                action,
                reason,
                options.resource,
                options.resourceKey,
                options.actor,
                options.status,
                options.ended,
                options.usage && action == Action.LLM,
                options.logged);
    }

    /** What stands behind an action. */
    private static final class Options {
        String resource = "";
        String resourceKey = "";

        @Nullable
        ActorType actor;

        @Nullable
        EventStatus status;

        boolean ended;
        boolean usage = true;
        boolean logged;

        void set(String word) {
            if (word.startsWith("as=")) {
                resource = word.substring("as=".length());
            } else if (word.startsWith("of=")) {
                resourceKey = word.substring("of=".length());
            } else {
                flag(word);
            }
        }

        private void flag(String word) {
            switch (word) {
                case "ended" -> ended = true;
                case "nousage" -> usage = false;
                case "logged" -> logged = true;
                case "human", "system" -> actor = MappingReader.constant(ActorType.class, word);
                default -> status = MappingReader.constant(EventStatus.class, word);
            }
        }
    }

    private Set<String> attributes(Field field) {
        return fields.getOrDefault(field, List.of()).stream()
                .filter(key -> key.kind() == Key.Kind.ATTRIBUTE)
                .map(Key::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Emitter emitter(String name) {
        if (base != null) {
            base.fields().forEach(fields::putIfAbsent);
            logs.addAll(base.logs());
            spans.addAll(base.spans());
        }
        return new Emitter(
                name,
                List.copyOf(names),
                List.copyOf(services),
                List.copyOf(scopes),
                List.copyOf(marks),
                coding,
                provider,
                agent,
                id,
                Collections.unmodifiableMap(fields),
                attributes(Field.ARGUMENTS),
                attributes(Field.RESULT),
                List.copyOf(logs),
                List.copyOf(spans));
    }
}
