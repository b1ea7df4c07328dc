package dev.sentinel.audit.forward;

import dev.sentinel.audit.store.StoredDestination;
import java.util.Map;

/**
 * What the rows of the store define. A destination that the environment of this process names is what the environment
 * says, whatever its row says: a row may be written by somebody who can write the database and no more. Immutable, any
 * thread.
 */
final class RowDefinitions {
    private final Map<String, Definition> environment;

    /** @param environment what the environment of this process defines, by id */
    RowDefinitions(Map<String, Definition> environment) {
        this.environment = Map.copyOf(environment);
    }

    boolean isOfEnvironment(String id) {
        return environment.containsKey(id);
    }

    /** Throws {@link IllegalArgumentException} for a row that another version of Sentinel has written. */
    Definition of(StoredDestination row) {
        Definition known = environment.get(row.id());
        return known == null ? DefinitionText.read(row.definition()) : known;
    }

    /** For people: {@link Definition#UNREADABLE} instead of an exception, so that one row does not hide the others. */
    Definition shown(StoredDestination row) {
        try {
            return of(row);
        } catch (IllegalArgumentException e) {
            return Definition.UNREADABLE;
        }
    }
}
