package dev.sentinel.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** The README or a guide, as its readers in the repository see it. */
public record MarkdownDocument(Path path, String text, Node root) {
    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS)
            .build();

    private static final Pattern NOT_RUN = Pattern.compile("\\bnot-run=\"([^\"]+)\"");

    /**
     * A fenced block of code. Its info string begins with a language, and may say why the block is not run.
     *
     * @param line of the opening fence, from 1
     * @param language empty if the fence has none
     */
    public record Fence(Path path, int line, String language, Optional<String> notRun, String code) {
        /** Whether a test runs, compiles or parses it. */
        public boolean isTested(String tested) {
            return language.equals(tested) && notRun.isEmpty();
        }

        @Override
        public String toString() {
            return path + ":" + line;
        }
    }

    /** The README and all guides, the README first. */
    public static List<MarkdownDocument> all() {
        try (Stream<Path> guides = Files.list(Path.of("src/site/markdown"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), guides.sorted())
                    .map(MarkdownDocument::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MarkdownDocument read(Path path) {
        try {
            String text = Files.readString(path);
            return new MarkdownDocument(path, text, PARSER.parse(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All fences in order. */
    public List<Fence> fences() {
        List<Fence> fences = new ArrayList<>();
        root.accept(new AbstractVisitor() {
            @Override
            public void visit(FencedCodeBlock block) {
                String info = block.getInfo();
                Matcher notRun = NOT_RUN.matcher(info);
                fences.add(new Fence(
                        path,
                        block.getSourceSpans().get(0).getLineIndex() + 1,
                        info.split(" ", 2)[0],
                        notRun.find() ? Optional.of(notRun.group(1)) : Optional.empty(),
                        block.getLiteral()));
            }
        });
        return fences;
    }

    /** The fences of a language that a test runs, compiles or parses. */
    public List<Fence> tested(String language) {
        return fences().stream().filter(fence -> fence.isTested(language)).toList();
    }

    /** The destinations of all links and images. */
    public List<String> destinations() {
        List<String> destinations = new ArrayList<>();
        root.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                destinations.add(link.getDestination());
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                destinations.add(image.getDestination());
            }
        });
        return destinations;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
