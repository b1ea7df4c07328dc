package dev.sentinel.audit.query;

import dev.sentinel.audit.digest.HmacSha256;
import dev.sentinel.audit.http.Caller;
import dev.sentinel.audit.http.EntityTag;
import dev.sentinel.audit.keys.Principal;
import dev.sentinel.audit.store.EventFinder;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Spares clients that ask the same question again and again the answer that they have: they send its ETag back, and as
 * long as nothing was appended, the answer is 304, without a page being read (RFC 9110, sections 8.8.3 and 13.1.2).
 *
 * <p>The ETag of a list is a digest of the question, of the caller and of the store's revision
 * ({@link EventFinder#revision}), which is read before the list is. So a 304 never hides an event that was acknowledged
 * before the request, and an answer that is newer than its ETag is only sent once more than necessary. ETags are weak,
 * because a proxy may compress. Any thread.
 */
final class Validator {
    private static final int DIGEST_BYTES = 16;
    private static final byte SEPARATOR = 0;

    private final EventFinder finder;
    private final CursorKey key;
    private final String version;

    /**
     * @param key shared by all servers of a log, so that each knows the ETags of the others
     * @param version of the program: another one may write the same events in another form
     */
    Validator(EventFinder finder, CursorKey key, String version) {
        this.finder = finder;
        this.key = key;
        this.version = version;
    }

    /**
     * Answers 304 if the client has the current answer, or has it made.
     *
     * @param question all that the answer depends on, but for the events, the path and the caller
     * @param answer receives the revision of the store and the ETag for the answer, and ends the request
     */
    void check(RoutingContext ctx, String question, BiConsumer<String, String> answer) {
        finder.revision()
                // A map, so that what it throws fails the request.
                .map(revision -> {
                    String etag = etag(ctx, question, revision);
                    // Not any answer: there may be none.
                    if (EntityTag.isNamed(ctx, etag)) {
                        Answer.notModified(ctx, etag);
                    } else {
                        answer.accept(revision, etag);
                    }
                    return etag;
                })
                .onFailure(ctx::fail);
    }

    /** As {@link Answer#send}, but answers 304 if the client has the current answer to its parameters. */
    void send(RoutingContext ctx, AnswerLimits limits, Supplier<Future<Answer>> query) {
        check(
                ctx,
                questionOf(ctx),
                (revision, etag) -> Answer.send(ctx, limits, () -> query.get().map(answer -> answer.taggedWith(etag))));
    }

    /** As the other method, for a search. */
    void send(RoutingContext ctx, AnswerLimits limits, EventSearch search, Supplier<Future<Answer>> query) {
        check(
                ctx,
                questionOf(ctx),
                (revision, etag) ->
                        Answer.send(ctx, limits, search, () -> query.get().map(answer -> answer.taggedWith(etag))));
    }

    /** The parameters of a request as one text, in the order in which they were sent. */
    static String questionOf(RoutingContext ctx) {
        String query = ctx.request().query();
        return query == null ? "" : query;
    }

    private String etag(RoutingContext ctx, String question, String revision) {
        Principal caller = Caller.of(ctx);
        HmacSha256 mac = key.mac();
        for (String part : List.of(
                version, revision, ctx.normalizedPath(), question, String.valueOf(caller.id()), caller.agentPrefix())) {
            mac.add(part).add(SEPARATOR);
        }
        return weak(mac.finish());
    }

    private static String weak(byte[] digest) {
        return "W/\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, DIGEST_BYTES))
                + "\"";
    }

    /** Gives an answer an ETag that is a digest of its content. */
    Answer byContent(Answer answer) {
        return answer.taggedWith(weak(key.mac().add(answer.body().getBytes()).finish()));
    }
}
