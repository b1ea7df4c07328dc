package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.LongIdentifier;
import dev.sentinel.audit.ingest.otlp.mapping.JsonNode.Elements;
import dev.sentinel.audit.ingest.otlp.mapping.JsonNode.Literal;
import dev.sentinel.audit.ingest.otlp.mapping.JsonNode.Members;
import dev.sentinel.audit.ingest.otlp.mapping.JsonNode.Str;
import dev.sentinel.audit.model.EventLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts metadata whose secrets were redacted until it obeys the limits of the wire contract. What is cut ends with an
 * ellipsis and is listed in {@code otel.truncated}. One event; one thread.
 */
final class MetadataCutter {
    private static final String TOOL = "tool";
    private static final String OTEL = "otel";
    private static final String ATTRIBUTES = "attributes";
    private static final List<String> LARGE = List.of("arguments", "result");

    /** Entries of the list, and bytes of a pointer in it: so the list stays below {@link #LIST}. */
    private static final int MAX_CUTS = 32;

    private static final int MAX_POINTER = 160;
    private static final int LIST = 11 * 1024;

    /** Bytes that are left of a string while others are larger. */
    private static final int FLOOR = 64;

    private final Map<String, Cut> cuts = new LinkedHashMap<>();
    private int unlisted;
    private int leftOut;

    private MetadataCutter() {}

    /** @param json metadata of any size and depth, minified */
    static String cut(String json) {
        return new MetadataCutter().cut((Members) JsonNode.parse(json));
    }

    private String cut(Members root) {
        Pointer pointer = Pointer.root("metadata");
        shortenNames(root);
        flatten(root, 1);
        root.members().forEach((name, node) -> {
            if (name.equals(TOOL) && node instanceof Members tool) {
                tool(tool, pointer.child(TOOL));
            } else {
                cutStrings(node, pointer.child(name), MetadataLimits.STRING);
            }
        });
        fit(root, EventLimits.MAX_METADATA_BYTES - LIST, pointer);
        list(root);
        return root.toJson();
    }

    /** Names are compared, so a cut one keeps a hash. */
    private void shortenNames(JsonNode node) {
        if (node instanceof Members object) {
            Map<String, JsonNode> members = object.members();
            if (members.keySet().stream().anyMatch(name -> name.length() > MetadataLimits.NAME)) {
                Map<String, JsonNode> shorter = new LinkedHashMap<>();
                members.forEach(
                        (name, value) -> shorter.put(LongIdentifier.shortened(name, MetadataLimits.NAME), value));
                members.clear();
                members.putAll(shorter);
            }
            members.values().forEach(this::shortenNames);
        } else if (node instanceof Elements array) {
            array.elements().forEach(this::shortenNames);
        }
    }

    /** What nests too deeply becomes JSON text. */
    private static void flatten(JsonNode node, int depth) {
        boolean last = depth == EventLimits.MAX_METADATA_DEPTH;
        if (node instanceof Members object) {
            object.members().replaceAll((name, child) -> flattened(child, last, depth));
        } else if (node instanceof Elements array) {
            for (int i = 0; i < array.elements().size(); i++) {
                array.elements().set(i, flattened(array.elements().get(i), last, depth));
            }
        }
    }

    private static JsonNode flattened(JsonNode child, boolean last, int depth) {
        boolean structure = child instanceof Members || child instanceof Elements;
        if (last && structure) {
            return new Str(child.toJson());
        }
        flatten(child, depth + 1);
        return child;
    }

    private void tool(Members tool, Pointer pointer) {
        for (Map.Entry<String, JsonNode> member : tool.members().entrySet()) {
            Pointer at = pointer.child(member.getKey());
            if (!LARGE.contains(member.getKey())) {
                member.setValue(cutString(member.getValue(), at, MetadataLimits.STRING));
                cutStrings(member.getValue(), at, MetadataLimits.STRING);
            } else if (member.getValue() instanceof Str) {
                member.setValue(cutString(member.getValue(), at, MetadataLimits.ARGUMENTS));
            } else if (member.getValue().size() > MetadataLimits.ARGUMENTS) {
                shrink(member.getValue(), at, member.getValue().size() - MetadataLimits.ARGUMENTS);
                member.setValue(asText(member.getValue(), at, MetadataLimits.ARGUMENTS));
            }
        }
    }

    private JsonNode asText(JsonNode node, Pointer pointer, int max) {
        return node.size() <= max ? node : cutString(new Str(node.toJson()), pointer, max);
    }

    private void cutStrings(JsonNode node, Pointer pointer, int max) {
        if (node instanceof Members object) {
            object.members().replaceAll((name, child) -> {
                Pointer at = pointer.child(name);
                cutStrings(child, at, max);
                return cutString(child, at, max);
            });
        } else if (node instanceof Elements array) {
            for (int i = 0; i < array.elements().size(); i++) {
                Pointer at = pointer.child(i);
                cutStrings(array.elements().get(i), at, max);
                array.elements().set(i, cutString(array.elements().get(i), at, max));
            }
        }
    }

    private JsonNode cutString(JsonNode node, Pointer pointer, int max) {
        if (!(node instanceof Str string) || StorableText.utf8Length(string.text()) <= max) {
            return node;
        }
        String beginning = StorableText.cutBytes(string.text(), max);
        note(pointer, string.text());
        return new Str(beginning);
    }

    /** A text that is cut twice is listed once, as it was before. */
    private void note(Pointer pointer, String whole) {
        String at = pointer.bytes() > MAX_POINTER ? null : pointer.toString();
        if (at != null && cuts.containsKey(at)) {
            return;
        }
        if (at == null || cuts.size() == MAX_CUTS) {
            unlisted++;
        } else {
            cuts.put(at, Cut.of(at, whole));
        }
    }

    private void fit(Members root, int max, Pointer pointer) {
        int excess = root.size() - max;
        if (excess <= 0) {
            return;
        }
        shrink(root, pointer, excess);
        if (root.members().get(ATTRIBUTES) instanceof Members attributes) {
            leaveOut(root, attributes, max, pointer.child(ATTRIBUTES));
        }
    }

    /** Attributes that are no strings become texts, the largest first; then the last ones are left out. */
    private void leaveOut(Members root, Members attributes, int max, Pointer pointer) {
        int size = root.size();
        List<String> names = new ArrayList<>(attributes.members().keySet());
        names.sort(Comparator.comparingInt(name ->
                -attributes.members().getOrDefault(name, new Literal("")).size()));
        for (String name : names) {
            JsonNode node = attributes.members().get(name);
            if (size > max && node != null && node.size() > FLOOR && !(node instanceof Str)) {
                JsonNode text = cutString(new Str(node.toJson()), pointer.child(name), FLOOR);
                size += text.size() - node.size();
                attributes.members().put(name, text);
            }
        }
        List<String> order = new ArrayList<>(attributes.members().keySet());
        for (int i = order.size() - 1; i >= 0 && root.size() > max; i--) {
            attributes.members().remove(order.get(i));
            leftOut++;
        }
    }

    /** Cuts the largest string, then the next one, until this many bytes are gone or none is large. */
    private void shrink(JsonNode node, Pointer pointer, int excess) {
        List<Place> places = new ArrayList<>();
        collect(node, pointer, places);
        places.sort(Comparator.comparingInt(place -> -place.bytes()));
        int left = excess;
        for (Place place : places) {
            if (left <= 0) {
                return;
            }
            Str whole = (Str) place.get();
            int max = Math.max(FLOOR, place.bytes() - left - StorableText.ELLIPSIS_BYTES);
            JsonNode shorter = cutString(whole, place.pointer(), max);
            left -= whole.size() - shorter.size();
            place.set(shorter);
        }
    }

    /** Where a string is. */
    private record Place(JsonNode parent, @Nullable String name, int index, Pointer pointer, int bytes) {
        JsonNode get() {
            return parent instanceof Members object && name != null
                    ? object.members().getOrDefault(name, new Str(""))
                    : ((Elements) parent).elements().get(index);
        }

        void set(JsonNode node) {
            if (parent instanceof Members object && name != null) {
                object.members().put(name, node);
            } else {
                ((Elements) parent).elements().set(index, node);
            }
        }
    }

    private static void collect(JsonNode node, Pointer pointer, List<Place> places) {
        if (node instanceof Members object) {
            object.members().forEach((name, child) -> {
                if (pointer.parent() != null || !name.equals(OTEL)) {
                    add(child, new Place(node, name, 0, pointer.child(name), bytes(child)), places);
                }
            });
        } else if (node instanceof Elements array) {
            for (int i = 0; i < array.elements().size(); i++) {
                JsonNode child = array.elements().get(i);
                add(child, new Place(node, null, i, pointer.child(i), bytes(child)), places);
            }
        }
    }

    private static void add(JsonNode child, Place place, List<Place> places) {
        if (place.bytes() > FLOOR) {
            places.add(place);
        }
        collect(child, place.pointer(), places);
    }

    private static int bytes(JsonNode node) {
        return node instanceof Str string ? StorableText.utf8Length(string.text()) : 0;
    }

    private void list(Members root) {
        if (!(root.members().get(OTEL) instanceof Members otel)) {
            return;
        }
        List<JsonNode> entries = new ArrayList<>();
        if (otel.members().get(Cut.MEMBER) instanceof Elements before) {
            entries.addAll(before.elements());
        }
        cuts.values().forEach(cut -> entries.add(cut.toNode()));
        if (!entries.isEmpty()) {
            otel.members().put(Cut.MEMBER, new Elements(entries));
        }
        if (unlisted > 0) {
            otel.members().put("truncated_more", new Literal(Integer.toString(unlisted)));
        }
        if (leftOut > 0) {
            int before = otel.members().get("left_out") instanceof Literal number ? Integer.parseInt(number.json()) : 0;
            otel.members().put("left_out", new Literal(Integer.toString(before + leftOut)));
        }
    }
}
