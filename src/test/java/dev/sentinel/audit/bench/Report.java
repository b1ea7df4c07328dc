package dev.sentinel.audit.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rows of one run: our figure, the limit measured in the same run, and the ratio. */
final class Report {
    /**
     * One figure.
     *
     * @param limit measured in the same run; null if there is only a target
     * @param target the goal, in words
     */
    private record Row(
            String what, double ours, String unit, @Nullable Double limit, String target) {
        @Nullable
        Double ratio() {
            return limit == null || limit == 0 ? null : ours / limit;
        }
    }

    private final PrintStream progress;
    private final List<Row> rows = new ArrayList<>();

    /** Creates an empty report that prints every row immediately. */
    Report(PrintStream progress) {
        this.progress = progress;
    }

    void add(String what, double ours, String unit, String target) {
        add(new Row(what, ours, unit, null, target));
    }

    void add(String what, double ours, String unit, double limit, String target) {
        add(new Row(what, ours, unit, limit, target));
    }

    private void add(Row row) {
        rows.add(row);
        progress.println("  " + line(row));
    }

    void progress(String what) {
        progress.println(what);
    }

    void print(PrintStream out) {
        out.println();
        out.printf("%-58s %12s %-8s %12s %7s  %s%n", "", "ours", "", "limit", "ratio", "target");
        rows.forEach(row -> out.println(line(row)));
    }

    private static String line(Row row) {
        Double limit = row.limit();
        Double ratio = row.ratio();
        return String.format(
                Locale.ROOT,
                "%-58s %12s %-8s %12s %7s  %s",
                row.what(),
                number(row.ours()),
                row.unit(),
                limit == null ? "" : number(limit),
                ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio),
                row.target());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    }

    JsonObject json() {
        JsonArray array = new JsonArray();
        for (Row row : rows) {
            array.add(new JsonObject()
                    .put("what", row.what())
                    .put("ours", row.ours())
                    .put("unit", row.unit())
                    .put("limit", row.limit())
                    .put("ratio", row.ratio())
                    .put("target", row.target()));
        }
        return new JsonObject()
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.vm.version"))
                .put("rows", array);
    }
}
