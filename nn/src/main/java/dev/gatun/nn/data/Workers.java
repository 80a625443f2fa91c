package dev.gatun.nn.data;

import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Threads that make batches ahead, each a whole batch at a time. Batches are taken in order; a thread starts on the
 * next one only while fewer than {@value #AHEAD} for each thread wait to be taken. What a thread makes belongs to no
 * scope of its own: it is handed over here.
 */
final class Workers implements BatchSource {
    private static final int AHEAD = 2; // PyTorch's prefetch_factor
    private static final Cleaner ABANDONED = Cleaner.create();

    /** What came of a batch; neither behind the last one. */
    private record Result(
            @Nullable Buffers buffers, @Nullable Throwable failure) {}

    private final Collator collator;
    private final List<Thread> threads = new ArrayList<>();
    private final Object lock = new Object();

    // Guarded by lock.
    private final @Nullable Result[] results; // batch b waits at b modulo the length
    private final Deque<Buffers> spares = new ArrayDeque<>();
    private int batches; // lower once the end was seen
    private int started;
    private int taken;
    private int running;
    private boolean stopped;

    Workers(Collator collator, int count) {
        this.collator = collator;
        this.results = new Result[AHEAD * count];
        this.running = count;
        this.batches = collator.batches();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().name("gatun-loader-" + i).daemon().unstarted(this::work));
        }
        threads.forEach(Thread::start);
    }

    /** Stops the threads when nobody can reach this any more, so that a loop may simply be left. */
    void stopWith(Object user) {
        ABANDONED.register(user, this::stop);
    }

    private void work() {
        try {
            for (int batch = next(); batch >= 0; batch = next()) {
                deliver(batch, make(batch));
            }
        } finally {
            synchronized (lock) {
                if (--running == 0) {
                    collator.release();
                }
            }
        }
    }

    /** The number of the batch to make next; waits until there is room for it; -1 at the end. */
    @SuppressWarnings("InterruptedExceptionSwallowed") // nobody else has this thread, so an interrupt is its end
    private int next() {
        synchronized (lock) {
            while (!stopped && started < batches && started >= taken + results.length) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    return -1;
                }
            }
            return stopped || started >= batches ? -1 : started++;
        }
    }

    private Result make(int batch) {
        Buffers spare;
        synchronized (lock) {
            spare = spares.poll();
        }
        try {
            return new Result(collator.collate(batch, spare), null);
        } catch (Throwable e) { // also errors: whoever waits for the batch must hear of it
            return new Result(null, e);
        }
    }

    private void deliver(int batch, Result result) {
        synchronized (lock) {
            if (stopped) {
                release(result);
            } else {
                results[batch % results.length] = result;
                if (result.buffers == null && result.failure == null) {
                    batches = Math.min(batches, batch);
                }
                lock.notifyAll();
            }
        }
    }

    private static void release(@Nullable Result result) {
        if (result != null && result.buffers != null) {
            result.buffers.release();
        }
    }

    @Override
    public @Nullable Buffers take(int batch) {
        Result result = await(batch);
        if (result.failure == null) {
            return result.buffers;
        }
        stop();
        if (result.failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) result.failure; // collating throws nothing that is checked
    }

    private Result await(int batch) {
        int place = batch % results.length;
        synchronized (lock) {
            Result result = results[place];
            while (result == null) {
                if (stopped) {
                    throw new IllegalStateException("dataLoader: stopped while waiting for batch " + batch);
                }
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("dataLoader: interrupted while waiting for batch " + batch, e);
                }
                result = results[place];
            }
            results[place] = null;
            taken = batch + 1;
            lock.notifyAll();
            return result;
        }
    }

    @Override
    public void giveBack(Buffers buffers) {
        synchronized (lock) {
            if (stopped) {
                buffers.release();
            } else {
                spares.add(buffers);
            }
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            stopped = true;
            for (int i = 0; i < results.length; i++) {
                release(results[i]);
                results[i] = null;
            }
            spares.forEach(Buffers::release);
            spares.clear();
            lock.notifyAll();
        }
    }

    @Override
    public boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    @Override
    public void join() {
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                joinUninterruptibly(thread);
            }
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
