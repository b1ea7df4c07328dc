package dev.sentinel.audit.client;

import java.lang.reflect.Array;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The elements of an array of any type. */
final class ArrayIterator implements Iterator<@Nullable Object> {
    private final Object array;
    private final int length;
    private int next;

    ArrayIterator(Object array) {
        this.array = array;
        this.length = Array.getLength(array);
    }

    @Override
    public boolean hasNext() {
        return next < length;
    }

    @Override
    public @Nullable Object next() {
        if (next == length) {
            throw new NoSuchElementException();
        }
        return Array.get(array, next++);
    }
}
