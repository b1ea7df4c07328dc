package dev.sentinel.audit.redact;

import org.jspecify.annotations.Nullable;

/**
 * A text that was written before the member that makes it a secret.
 *
 * @param within the name of the object that the text is a member of; null if it is a member of the same object
 * @param name of the member
 * @param start the position of its JSON, as it was given to {@link Neighbors#written}
 * @param end where its JSON ends
 * @param reported as it was given there
 */
public record EarlierValue(@Nullable String within, String name, int start, int end, boolean reported) {}
