package dev.gatun.testing.cuda;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work that begins before its results are asked for, on every processor: compilers take most of these tests' time. */
final class Ahead<K, V> implements AutoCloseable {
    private final ExecutorService workers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final Map<K, Future<V>> results = new ConcurrentHashMap<>();

    /** Begins work when a processor is free. */
    void begin(K key, Callable<V> work) {
        results.put(key, workers.submit(work));
    }

    /** What came of it, which is waited for. */
    V get(K key) throws Exception {
        try {
            return Objects.requireNonNull(results.get(key)).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
