package dev.sentinel.audit.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;

/**
 * One guide, parsed.
 *
 * @param name of its file, without {@code .md}
 * @param document its nodes; only {@link GuideHtml} changes them
 * @param sections each heading with the text below it, in order; the first is the title of the guide
 */
record Guide(String name, Node document, List<Section> sections) {
    static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

    /**
     * A heading, and what is below it up to the next heading.
     *
     * @param level from 1
     * @param text without markup
     */
    record Section(int level, String title, String anchor, String text) {}

    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

    Guide {
        sections = List.copyOf(sections);
    }

    /** Parses a file. A guide begins with its title, a heading of level 1. */
    static Guide parse(String name, String markdown) {
        Node document = PARSER.parse(markdown);
        if (!(document.getFirstChild() instanceof Heading title) || title.getLevel() != 1) {
            throw new IllegalArgumentException("the guide " + name + " does not begin with its title");
        }
        return new Guide(name, document, sections(document));
    }

    String title() {
        return sections.get(0).title();
    }

    /** The anchors of the headings, for the document as it was parsed. */
    Map<Heading, String> anchors() {
        Map<Heading, String> anchors = new HashMap<>();
        int section = 0;
        for (Node block = document.getFirstChild(); block != null; block = block.getNext()) {
            if (block instanceof Heading heading) {
                anchors.put(heading, sections.get(section++).anchor());
            }
        }
        return anchors;
    }

    private static List<Section> sections(Node document) {
        List<Section> sections = new ArrayList<>();
        Anchors anchors = new Anchors();
        Node block = document.getFirstChild();
        while (block instanceof Heading heading) {
            StringBuilder text = new StringBuilder();
            block = heading.getNext();
            while (block != null && !(block instanceof Heading)) {
                text.append(PlainText.of(block)).append(' ');
                block = block.getNext();
            }
            String title = PlainText.of(heading);
            sections.add(new Section(
                    heading.getLevel(),
                    title,
                    anchors.next(title),
                    text.toString().strip()));
        }
        return sections;
    }
}
