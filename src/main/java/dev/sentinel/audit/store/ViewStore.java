package dev.sentinel.audit.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * Stores the views of the dashboard that people keep, for each key its own. Several processes may have it open at once.
 *
 * <p>The views of a key that is not valid any more stay, because they do no harm: nobody can sign in with that key, and
 * there are few of them.
 *
 * <p>Any thread; no method blocks. A Future that fails does so with a {@link dev.sentinel.audit.failure.Failure}. A
 * change MUST be durable before its Future succeeds.
 */
public interface ViewStore {
    /** Views of one key. Two servers that add one at the same time may exceed it by one. */
    int MAX_VIEWS = 100;

    /** What came of a change. */
    enum Outcome {
        DONE,
        /** Another view of this key has the name. */
        NAME_TAKEN,
        /** The key has {@link #MAX_VIEWS} views. */
        FULL,
        /** The key has no view with this id. */
        UNKNOWN
    }

    /** The views of all keys, by owner and name: for moving them to another store. */
    Future<List<SavedView>> all();

    /** The views of a key, by name. */
    Future<List<SavedView>> of(String owner);

    /** Adds a view, or changes nothing and says why. */
    Future<Outcome> add(SavedView view);

    /** Gives the view with this owner and id its name and path, or changes nothing and says why. */
    Future<Outcome> change(SavedView view);

    /** Removes a view. False for an unknown one. */
    Future<Boolean> remove(String owner, String id);

    /** Copies the views of a key to another one that replaces it, which has none yet. */
    Future<Void> inherit(String owner, String heir);

    /** Takes over the views of another installation. A view whose owner has one of this name stays as it is. */
    Future<Void> adopt(List<SavedView> views);

    /** Replaces all views by those of the installation that the log comes from, in one transaction. */
    Future<Void> replaceAll(List<SavedView> views);

    /** Releases everything, within seconds even if the database does not answer. Must be called once, last. */
    Future<Void> close();
}
