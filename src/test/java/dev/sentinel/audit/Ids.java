package dev.sentinel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Compares many ids. AssertJ compares each with each, which takes minutes for those of a load. */
public final class Ids {
    private Ids() {}

    /** Each is there once, and all that are expected are among them. */
    public static <T> void assertContainsAll(Collection<T> actual, Collection<T> expected) {
        Set<T> found = new HashSet<>(actual);
        assertThat(actual).as("ids, each once").hasSize(found.size());
        assertThat(without(expected, found)).as("missing ids").isEmpty();
    }

    /** Each is there once, and no other than those that are expected. */
    public static <T> void assertSame(Collection<T> actual, Collection<T> expected) {
        assertContainsAll(actual, expected);
        assertThat(without(actual, new HashSet<>(expected))).as("other ids").isEmpty();
    }

    private static <T> Set<T> without(Collection<T> all, Set<T> some) {
        Set<T> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
