package dev.sentinel.audit.ingest.otlp;

import dev.sentinel.audit.http.inflight.Budget;
import dev.sentinel.audit.ingest.Intake;
import dev.sentinel.audit.ingest.otlp.mapping.OtlpMapper;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;

/**
 * What all receptions share.
 *
 * @param places how many large requests there may be at a time
 * @param workers as many threads, for large requests only: they wait for clients and for the store
 * @param collectedBytes larger bodies are decoded while they arrive
 * @param maxBodyBytes before and after decompression
 * @param answerTimeout a request that is not stored by then is answered 503
 */
record Receiver(
        Vertx vertx,
        Intake intake,
        OtlpMapper mapper,
        OtlpMetrics metrics,
        Budget places,
        WorkerExecutor workers,
        int collectedBytes,
        int maxBodyBytes,
        Duration answerTimeout) {
    /** Read of a large body before it gets a place: a client that only announces one must not hold it. */
    static final int BEGINNING_BYTES = 64 * 1024;
}
