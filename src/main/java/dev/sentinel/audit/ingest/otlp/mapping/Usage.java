package dev.sentinel.audit.ingest.otlp.mapping;

import dev.sentinel.audit.event.MetadataWriter;
import java.util.List;
import java.util.Locale;

/**
 * Writes what a call of a model used. Nothing is added up: cached tokens are part of the input for some providers, and
 * not for others.
 */
final class Usage {
    private static final List<Field> TOKENS = List.of(
            Field.INPUT_TOKENS,
            Field.OUTPUT_TOKENS,
            Field.CACHE_READ_TOKENS,
            Field.CACHE_CREATION_TOKENS,
            Field.REASONING_TOKENS,
            Field.TOTAL_TOKENS);

    private Usage() {}

    static void write(MetadataWriter out, Subject subject) {
        boolean open = false;
        for (Field field : TOKENS) {
            Long count = Numbers.count(subject.text(field));
            if (count != null) {
                subject.tell(field);
                open = opened(out, open);
                out.number(name(field), count);
            }
        }
        Double cost = Numbers.decimal(subject.text(Field.COST_USD));
        if (cost != null && cost >= 0) {
            subject.tell(Field.COST_USD);
            open = opened(out, open);
            out.number(name(Field.COST_USD), cost);
        }
        if (open) {
            out.end();
        }
    }

    private static boolean opened(MetadataWriter out, boolean open) {
        if (!open) {
            out.startObject("usage");
        }
        return true;
    }

    private static String name(Field field) {
        return field.name().toLowerCase(Locale.ROOT);
    }
}
