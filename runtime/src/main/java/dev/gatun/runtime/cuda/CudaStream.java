package dev.gatun.runtime.cuda;

import dev.gatun.runtime.Event;
import dev.gatun.runtime.Stream;

/** A stream of a card, as users hold it. */
final class CudaStream extends Stream {
    private final CudaQueue queue;
    private volatile boolean closed;

    CudaStream(CudaQueue queue) {
        this.queue = queue;
    }

    CudaQueue queue() {
        return queue;
    }

    private CudaQueue open(String op) {
        if (closed) {
            throw new IllegalStateException(op + ": the stream was closed");
        }
        return queue;
    }

    @Override
    public CudaDevice device() {
        return queue.device();
    }

    @Override
    public void synchronize() {
        open("synchronize").synchronize();
    }

    @Override
    public boolean isDone() {
        return open("isDone").isDone();
    }

    @Override
    public void waitFor(Event event) {
        CudaQueue waiting = open("waitFor");
        if (!(event instanceof CudaEvent recorded) || recorded.device() != device()) {
            throw new IllegalArgumentException(
                    "waitFor: the event is of " + event.device() + ", the stream of " + device());
        }
        waiting.waitFor(recorded.handle("waitFor"));
    }

    @Override
    public Event record() {
        return new CudaEvent(open("record"));
    }

    @Override
    public Use use() {
        open("use");
        CudaStream before = CudaThread.stream(device());
        Thread thread = Thread.currentThread();
        CudaThread.use(this);
        return () -> {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException("use: closed by another thread than the one that began it");
            }
            CudaThread.use(before);
        };
    }

    @Override
    public void close() {
        if (closed || this == device().defaultStream()) {
            return;
        }
        if (CudaThread.stream(device()) == this) {
            throw new IllegalStateException("close: the stream is the current one of this thread");
        }
        closed = true;
        device().giveQueue(queue);
    }

    @Override
    public String toString() {
        return "stream of " + device();
    }
}
