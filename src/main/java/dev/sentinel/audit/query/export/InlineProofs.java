package dev.sentinel.audit.query.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.evidence.Covering;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.model.EventJson;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;

/**
 * Adds to each line of a file the proof that its event is in the log, so that one line can be verified alone. All
 * proofs of a file lead to one checkpoint. One page at a time, on the context of its request; holds a page with its
 * proofs, and the tiles of some of them.
 */
final class InlineProofs {
    /** Proofs whose tiles are in memory at the same time: at most a few megabytes. */
    private static final int AT_ONCE = 50;

    /** For an event that has no leaf, because somebody has changed its row. */
    private static final long NONE = -1;

    private final Vertx vertx;
    private final Covering covering;

    InlineProofs(Vertx vertx, Covering covering) {
        this.vertx = vertx;
        this.covering = covering;
    }

    /** Fails with a problem if the checkpoint does not cover the page. */
    Future<FoundEvents> check(FoundEvents page) {
        return worker(() -> positions(page)).map(page);
    }

    /** The lines of a page. */
    Future<Buffer> lines(FoundEvents page) {
        return worker(() -> positions(page))
                .compose(positions ->
                        lines(page, positions, 0, Buffer.buffer(2 * page.json().length())));
    }

    private Future<Buffer> lines(FoundEvents page, List<Long> positions, int from, Buffer lines) {
        if (from >= positions.size()) {
            return Future.succeededFuture(lines);
        }
        int to = Math.min(positions.size(), from + AT_ONCE);
        return covering.prover(positions.subList(from, to).stream()
                        .filter(seq -> seq != NONE)
                        .toList())
                .compose(prover -> worker(() -> {
                    for (int i = from; i < to; i++) {
                        line(lines, page.event(i), positions.get(i), prover);
                    }
                    return lines;
                }))
                .compose(done -> lines(page, positions, to, lines));
    }

    private static void line(Buffer lines, Buffer event, long seq, LongFunction<String> prover) {
        if (seq == NONE) {
            lines.appendBuffer(event);
        } else {
            lines.appendBuffer(event.slice(0, event.length() - 1))
                    .appendString(",\"" + EventJson.PROOF + "\":")
                    .appendString(Json.encode(prover.apply(seq)), UTF_8.name())
                    .appendByte((byte) '}');
        }
        lines.appendByte((byte) '\n');
    }

    private List<Long> positions(FoundEvents page) {
        List<Long> positions = new ArrayList<>(page.count());
        JsonLeaf leaf = new JsonLeaf();
        for (int i = 0; i < page.count(); i++) {
            try {
                positions.add(covered(leaf.read(page.event(i).getBytes()).seq()));
            } catch (MalformedEventException e) {
                positions.add(NONE);
            }
        }
        return positions;
    }

    private long covered(long seq) {
        if (seq < 0 || seq >= covering.size()) {
            throw new Problem(503, "No checkpoint covers all of these events yet. Retry in a second.").asException();
        }
        return seq;
    }

    private <T> Future<T> worker(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }
}
