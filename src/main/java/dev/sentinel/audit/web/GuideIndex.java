package dev.sentinel.audit.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;

/**
 * The order of the guides: the chapters of the guide {@code index}, each with the guides that it links to.
 *
 * @param groups the index itself in a group without a title, then the chapters, and finally the guides that no chapter
 *     links to
 */
record GuideIndex(List<Group> groups) {

    /** @param title empty, or the title of a chapter of the index */
    record Group(String title, List<Guide> guides) {}

    /** Reads the index; {@code guides} are all guides by name, among them the index. */
    static GuideIndex of(Map<String, Guide> guides, GuideLinks links) {
        Guide index = guides.get(GuideLinks.INDEX);
        if (index == null) {
            throw new IllegalArgumentException("there is no index of the guides");
        }
        Map<String, Guide> rest = new LinkedHashMap<>(guides);
        rest.remove(GuideLinks.INDEX);
        List<Group> groups = new ArrayList<>();
        groups.add(new Group("", List.of(index)));
        List<Guide> chapter = new ArrayList<>();
        for (Node block = index.document().getFirstChild(); block != null; block = block.getNext()) {
            if (block instanceof Heading heading) {
                chapter = new ArrayList<>();
                groups.add(new Group(PlainText.of(heading), chapter));
            }
            List<Guide> linked = chapter;
            block.accept(new AbstractVisitor() {
                @Override
                public void visit(Link link) {
                    links.guide(link.getDestination()).map(rest::remove).ifPresent(linked::add);
                }
            });
        }
        groups.add(new Group("", List.copyOf(rest.values())));
        groups.removeIf(group -> group.guides().isEmpty());
        return new GuideIndex(groups);
    }

    /** All guides in order. */
    List<Guide> guides() {
        return groups.stream().flatMap(group -> group.guides().stream()).toList();
    }
}
