package dev.sentinel.audit.web;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Writes a guide as HTML. HTML in the guide is text. Headings have anchors and a link to themselves, links lead to the
 * pages of the server, and content that may be wider than the page can be scrolled with the keyboard.
 */
final class GuideHtml extends AbstractVisitor {
    private static final Map<String, String> SCROLLABLE = Map.of("tabindex", "0");

    private final GuideLinks links;
    private final Map<Heading, String> anchors;
    private final Map<Node, Map<String, String>> attributes = new HashMap<>();

    private GuideHtml(GuideLinks links, Map<Heading, String> anchors) {
        this.links = links;
        this.anchors = anchors;
    }

    /** Renders the guide, once: its nodes change. */
    static String render(Guide guide, GuideLinks links) {
        GuideHtml html = new GuideHtml(links, guide.anchors());
        guide.document().accept(html);
        return HtmlRenderer.builder()
                .extensions(Guide.EXTENSIONS)
                .escapeHtml(true)
                .attributeProviderFactory(context -> html::setAttributes)
                .build()
                .render(guide.document());
    }

    private void setAttributes(Node node, String tag, Map<String, String> all) {
        // A block of code is two elements; the outer one scrolls.
        if (!(node instanceof FencedCodeBlock) || tag.equals("pre")) {
            all.putAll(attributes.getOrDefault(node, Map.of()));
        }
    }

    @Override
    public void visit(Heading heading) {
        visitChildren(heading);
        String anchor = anchors.get(heading);
        if (anchor != null) {
            attributes.put(heading, Map.of("id", anchor));
            Link self = new Link('#' + anchor, null);
            self.appendChild(new Text("#"));
            heading.appendChild(self);
            // For the mouse only: with the keyboard, every heading would be a tab stop.
            attributes.put(self, Map.of("class", "anchor", "aria-hidden", "true", "tabindex", "-1"));
        }
    }

    @Override
    public void visit(FencedCodeBlock code) {
        attributes.put(code, SCROLLABLE);
    }

    @Override
    public void visit(CustomBlock block) {
        if (block instanceof TableBlock) {
            attributes.put(block, SCROLLABLE);
        }
        visitChildren(block);
    }

    @Override
    public void visit(CustomNode node) {
        if (node instanceof TableCell cell && cell.getFirstChild() == null) {
            // An empty cell is not a header.
            cell.setHeader(false);
        }
        visitChildren(node);
    }

    @Override
    public void visit(Link link) {
        visitChildren(link);
        Optional<String> url = links.link(link.getDestination());
        if (url.isPresent()) {
            link.setDestination(url.get());
            if (GuideLinks.isExternal(url.get())) {
                attributes.put(link, Map.of("rel", "noreferrer"));
            }
        } else {
            replaceByPath(link, GuideLinks.file(link.getDestination()));
        }
    }

    /**
     * Writes the path of a file of the repository instead of a link to it: "the unit
     * (`conf/systemd/sentinel.service`)".
     */
    private static void replaceByPath(Link link, Path file) {
        Code path = new Code(file.toString());
        link.insertAfter(path);
        if (!file.getFileName().toString().startsWith(PlainText.of(link)) && !file.endsWith(PlainText.of(link))) {
            for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
                path.insertBefore(child);
            }
            path.insertBefore(new Text(" ("));
            path.insertAfter(new Text(")"));
        }
        link.unlink();
    }

    @Override
    public void visit(Image image) {
        Optional<String> url = links.image(image.getDestination());
        if (url.isPresent()) {
            image.setDestination(url.get());
        } else {
            throw new IllegalArgumentException("not an image of the guides: " + image.getDestination());
        }
    }
}
