package io.syncguard;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list that tests read while other threads add to it. An addition costs the same however long the list is, as tests with
 * tens of thousands of locks need. Thread-safe; it is cleared only while nothing reads it.
 */
final class CallLog<T> extends AbstractList<T> implements RandomAccess {
    private final List<T> entries = new ArrayList<>();

    @Override
    public synchronized boolean add(T entry) {
        return entries.add(entry);
    }

    @Override
    public synchronized T get(int index) {
        return entries.get(index);
    }

    @Override
    public synchronized int size() {
        return entries.size();
    }

    @Override
    public synchronized void clear() {
        entries.clear();
    }
}
