package dev.sentinel.audit.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How one kind of agent is configured. */
public enum Recipe {
    CLAUDE_CODE("claude-code/"),
    CODEX("codex/"),
    GEMINI("gemini-cli/"),
    COPILOT("copilot/"),
    TRACELOOP(""),
    OTEL("");

    /** Begins a line that is printed only if there is a token; the others likewise. */
    private static final String WITH_TOKEN = "token: ";

    private static final String WITHOUT_TOKEN = "open: ";
    private static final String WITH_AGENT = "agent: ";

    private final String agentPrefix;

    Recipe(String agentPrefix) {
        this.agentPrefix = agentPrefix;
    }

    /**
     * What to paste into one place.
     *
     * @param language {@code sh}, {@code toml} or {@code json}
     * @param place where to paste it: a sentence that ends with a colon
     */
    public record Block(String language, String place, String text) {}

    /**
     * What a recipe needs to know.
     *
     * @param url the base URL of the server, without a slash at its end
     * @param token null if the server asks for none
     * @param agent the id that the agent shall have; null for the one that it says itself
     */
    public record Values(
            String url, @Nullable String token, @Nullable String agent) {}

    /** The recipe with this name; empty if there is none. */
    public static Optional<Recipe> named(String name) {
        return Arrays.stream(values())
                .filter(recipe -> recipe.label().equals(name))
                .findFirst();
    }

    /** The names of all recipes, for people. */
    public static String names() {
        return Arrays.stream(values()).map(Recipe::label).collect(Collectors.joining(", "));
    }

    /** As the command line spells it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** With what the ids of its agents begin; empty if that is not known. */
    public String agentPrefix() {
        return agentPrefix;
    }

    /** Whether the id of the agent can be chosen. */
    public boolean takesAgent() {
        return lines().anyMatch(line -> line.startsWith(WITH_AGENT));
    }

    /** What to paste, in order; at least one block. */
    public List<Block> blocks(Values values) {
        List<Block> blocks = new ArrayList<>();
        String language = "";
        String place = "";
        StringBuilder text = new StringBuilder();
        for (String line :
                lines().flatMap(line -> chosen(line, values).stream()).toList()) {
            if (line.startsWith("[") && line.contains("] ")) {
                if (!text.isEmpty()) {
                    blocks.add(new Block(language, place, text.toString()));
                    text.setLength(0);
                }
                language = line.substring(1, line.indexOf(']'));
                place = line.substring(line.indexOf(']') + 2);
            } else {
                text.append(filled(line, values)).append('\n');
            }
        }
        blocks.add(new Block(language, place, text.toString()));
        return blocks;
    }

    private static Optional<String> chosen(String line, Values values) {
        if (line.startsWith(WITH_TOKEN)) {
            return values.token() == null ? Optional.empty() : Optional.of(line.substring(WITH_TOKEN.length()));
        }
        if (line.startsWith(WITHOUT_TOKEN)) {
            return values.token() == null ? Optional.of(line.substring(WITHOUT_TOKEN.length())) : Optional.empty();
        }
        if (line.startsWith(WITH_AGENT)) {
            return values.agent() == null ? Optional.empty() : Optional.of(line.substring(WITH_AGENT.length()));
        }
        return Optional.of(line);
    }

    private static String filled(String line, Values values) {
        return line.replace("{url}", values.url())
                .replace("{token}", Objects.requireNonNullElse(values.token(), ""))
                .replace("{agent}", Objects.requireNonNullElse(values.agent(), ""));
    }

    private Stream<String> lines() {
        try (InputStream in = Objects.requireNonNull(Recipe.class.getResourceAsStream(label() + ".txt"))) {
            return new String(in.readAllBytes(), UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException("the jar is damaged", e);
        }
    }
}
