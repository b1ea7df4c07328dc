package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.FoundEvents;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run as a page for people, without scripts, links or anything that is loaded. Everything that agents
 * say is text in it, and characters that nobody sees are shown by their numbers. One thread at a time.
 */
final class RunPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { margin: 2em auto; max-width: 80em; padding: 0 1em; font: 15px/1.5 system-ui, sans-serif; }
            table { width: 100%; border-collapse: collapse; }
            th, td { padding: .5em .7em; text-align: left; vertical-align: top; border-bottom: 1px solid #8886; }
            td, dd { overflow-wrap: anywhere; }
            .time { white-space: nowrap; font-variant-numeric: tabular-nums; }
            pre { margin: .3em 0 0; white-space: pre-wrap; font-size: 12.5px; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.2em; }
            dd { margin: 0; }
            dt, small { opacity: .72; font-size: 13px; }
            .agent { min-width: 9em; }
            .mono { font-family: ui-monospace, monospace; font-size: 13px; }
            .error, .denied { font-weight: bold; }
            .unseen { padding: 0 .2em; font-size: 11px; border: 1px solid; border-radius: 3px; }
            @media print { tr { break-inside: avoid; } }
            """;

    private static final String BEGINNING = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Run %s</title>
            <style>
            %s</style></head>
            <body>
            <h1>Run <bdi>%s</bdi></h1>
            <dl>%s</dl>
            <p>This page is for reading and proves nothing. README.txt says how to verify the events in events.ndjson,
            which are the same. Times are in UTC.</p>
            <table>
            <thead><tr><th>Position<th>Time<th>Agent<th>What happened<th>Outcome</tr></thead>
            <tbody>
            """;

    private long events;

    /**
     * The beginning of the page.
     *
     * @param origin the name of the log
     * @param size the number of events that the checkpoint covers
     */
    byte[] beginning(String traceId, String origin, long size, Instant began) {
        return BEGINNING
                .formatted(
                        text(traceId),
                        STYLE,
                        text(traceId),
                        field("Log", text(origin))
                                + field("Checkpoint", "the first " + size + " events of the log")
                                + field("Made", time(began.toString())))
                .getBytes(UTF_8);
    }

    byte[] rows(FoundEvents page) {
        StringBuilder rows = new StringBuilder(2 * page.json().length());
        for (int i = 0; i < page.count(); i++) {
            row(rows, CsvRows.members(page.event(i).getBytes()));
        }
        events += page.count();
        return rows.toString().getBytes(UTF_8);
    }

    private static void row(StringBuilder rows, Map<String, String> event) {
        String status = event.getOrDefault(EventJson.STATUS, "");
        rows.append("<tr><td>").append(text(event.getOrDefault(EventJson.SEQ, "")));
        rows.append("<td class=\"time\">").append(time(event.get(EventJson.TIMESTAMP)));
        rows.append("<br><small>received<br>").append(time(event.get(EventJson.RECEIVED_AT)));
        rows.append("</small><td class=\"agent\"><bdi>")
                .append(text(event.getOrDefault(EventJson.AGENT_INSTANCE_ID, "")));
        rows.append("</bdi><br><small>").append(text(event.getOrDefault(EventJson.ACTOR, "")));
        rows.append("</small><td>")
                .append(text(event.getOrDefault(EventJson.ACTION_TYPE, "").replace('_', ' ')));
        rows.append(" <bdi class=\"mono\">").append(text(event.getOrDefault(EventJson.RESOURCE, "")));
        rows.append("</bdi><pre>").append(text(event.getOrDefault(EventJson.METADATA, "")));
        rows.append("</pre><small>").append(text(event.getOrDefault(EventJson.EVENT_ID, "")));
        rows.append("</small>");
        if (event.containsKey(EventJson.REDACTED)) {
            rows.append("<br>Redacted before it was stored: ").append(text(event.get(EventJson.REDACTED)));
        }
        rows.append("<td class=\"").append(text(status)).append("\">").append(text(status));
        if (event.containsKey(EventJson.LATENCY_MS)) {
            rows.append("<br>").append(text(event.get(EventJson.LATENCY_MS))).append(" ms");
        }
        rows.append("</tr>\n");
    }

    /** As people read it; the page says that times are in UTC. */
    private static String time(@Nullable String timestamp) {
        return timestamp == null ? "" : text(timestamp.replace('T', ' ').replaceFirst("(000)?Z$", ""));
    }

    byte[] ending() {
        return ("</tbody>\n</table>\n<p>" + events + (events == 1 ? " event." : " events.")
                        + "</p>\n</body>\n</html>\n")
                .getBytes(UTF_8);
    }

    private static String field(String name, String value) {
        return "<dt>" + name + "<dd>" + value;
    }

    private static String text(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> {
                    if (isUnseen(c)) {
                        html.append("<span class=\"unseen\">U+")
                                .append(String.format("%04X", c))
                                .append("</span>");
                    } else {
                        html.appendCodePoint(c);
                    }
                }
            }
        });
        return html.toString();
    }

    private static boolean isUnseen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
