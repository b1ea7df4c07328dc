package dev.sentinel.audit.query.export;

import dev.sentinel.audit.event.JsonLeaf;
import dev.sentinel.audit.event.MalformedEventException;
import dev.sentinel.audit.evidence.Covering;
import dev.sentinel.audit.http.Problem;
import dev.sentinel.audit.store.EventQuery;
import dev.sentinel.audit.store.FoundEvents;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Sends the evidence of one run as a ZIP file. The run is read once for each of the three files that are made of it, so
 * that memory holds one page, whatever the size of the run. Runs on the context of its request; pages are formatted and
 * compressed on a worker.
 */
final class Bundle {
    private static final String EVENTS = "events.ndjson";
    private static final String PAGE = "run.html";

    /** Proofs that are computed at the same time: each reads a few tiles. */
    private static final int AT_ONCE = 50;

    private final Export.Settings settings;
    private final Outflow client;
    private final EventQuery query;
    private final Covering covering;
    private final String traceId;
    private final Instant began;
    private final ZipPieces zip;
    private final LeavesDigest leaves = new LeavesDigest();
    private Optional<String> leavesSha256 = Optional.empty();
    private long events;

    /** @param query of the run, with seals, below a snapshot bound */
    Bundle(
            Export.Settings settings,
            Outflow client,
            EventQuery query,
            Covering covering,
            String traceId,
            Instant began) {
        this.settings = settings;
        this.client = client;
        this.query = query;
        this.covering = covering;
        this.traceId = traceId;
        this.began = began;
        this.zip = new ZipPieces(began);
    }

    /** An event that can be proven. */
    private record Provable(long seq, Buffer leaf) {}

    /** The number of events sent. */
    long events() {
        return events;
    }

    /** As in the last line of the file with the events; empty before that. */
    Optional<String> leavesSha256() {
        return leavesSha256;
    }

    /** Reads the first page. Fails with a problem if the checkpoint does not cover it; that can still be answered. */
    Future<Void> check() {
        return settings.finder()
                .search(query)
                .compose(page -> worker(() -> provable(page)))
                .mapEmpty();
    }

    /**
     * Sends everything; the response head must be set. Completes when the last byte is sent. On failure, closes the
     * connection.
     */
    Future<Void> send() {
        RunPage page = new RunPage();
        return worker(() -> zip.file("README.txt", BundleText.readme(traceId, covering))
                        .file("checkpoint.txt", covering.note())
                        .file("log.vkey", String.join("\n", covering.verifierKeys()) + "\n")
                        .begin(EVENTS)
                        .take())
                .compose(client::write)
                .compose(done -> pages(query, this::lines))
                .compose(done -> add(this::lastLine))
                .compose(done -> add(() -> page(page)))
                .compose(done -> pages(query, page::rows))
                .compose(done -> add(page::ending))
                .compose(done -> proofs(query))
                .compose(done -> worker(zip::finish))
                .compose(client::end)
                .onFailure(cause -> client.abort())
                .eventually(this::close);
    }

    /** Releases what it holds. */
    Future<Void> close() {
        return worker(() -> {
            zip.close();
            return null;
        });
    }

    private byte[] lines(FoundEvents page) {
        leaves.add(page);
        events += page.count();
        settings.meters().sent(page.count());
        return ExportFormat.NDJSON.rows(page).getBytes();
    }

    private byte[] lastLine() {
        leavesSha256 = leaves.hex();
        return ExportFormat.NDJSON
                .ending(new Ending(events, began, leavesSha256, Optional.empty()))
                .getBytes();
    }

    private byte[] page(RunPage page) {
        zip.begin(PAGE);
        return page.beginning(traceId, covering.origin(), covering.size(), began);
    }

    private Future<Void> pages(EventQuery from, Function<FoundEvents, byte[]> piece) {
        return settings.search(from, client)
                .compose(page -> add(() -> piece.apply(page))
                        .compose(done -> page.next() == null
                                ? Future.succeededFuture()
                                : pages(query.after(page.next()), piece)));
    }

    private Future<Void> proofs(EventQuery from) {
        return settings.search(from, client)
                .compose(page -> worker(() -> provable(page))
                        .compose(found -> proofs(found, new ArrayList<>())
                                .compose(texts -> worker(() -> {
                                    for (int i = 0; i < texts.size(); i++) {
                                        zip.file(
                                                BundleText.proofFile(
                                                        found.get(i).seq()),
                                                texts.get(i));
                                    }
                                    return zip.take();
                                })))
                        .compose(client::write)
                        .compose(done ->
                                page.next() == null ? Future.succeededFuture() : proofs(query.after(page.next()))));
    }

    /** Some at a time: a chain for each event would be deep. */
    private Future<List<String>> proofs(List<Provable> found, List<String> texts) {
        List<Future<String>> some = found.stream()
                .skip(texts.size())
                .limit(AT_ONCE)
                .map(one -> covering.proof(one.seq(), one.leaf().getBytes()))
                .toList();
        return Future.all(some).compose(done -> {
            some.forEach(text -> texts.add(text.result()));
            return texts.size() == found.size() ? Future.succeededFuture(texts) : proofs(found, texts);
        });
    }

    /** Fails if there is one that the checkpoint does not cover. */
    private List<Provable> provable(FoundEvents page) {
        List<Provable> found = new ArrayList<>();
        JsonLeaf leaf = new JsonLeaf();
        for (int i = 0; i < page.count(); i++) {
            try {
                leaf.read(page.event(i).getBytes());
            } catch (MalformedEventException e) {
                // Somebody has changed the row. The bundle still shows what is there, and cannot prove it.
                continue;
            }
            if (leaf.seq() < 0 || leaf.seq() >= covering.size()) {
                throw new Problem(503, "No checkpoint covers all events of this run yet. Retry in a second.")
                        .asException();
            }
            found.add(new Provable(leaf.seq(), Buffer.buffer(leaf.bytes())));
        }
        return found;
    }

    private Future<Void> add(Callable<byte[]> piece) {
        return worker(() -> zip.add(piece.call()).take()).compose(client::write);
    }

    private <T> Future<T> worker(Callable<T> work) {
        return settings.vertx().executeBlocking(work, false);
    }
}
