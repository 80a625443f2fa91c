package dev.gatun.runtime.cpu;

import dev.gatun.runtime.Event;
import dev.gatun.runtime.Stream;

/** A stream whose work is done when the call returns. */
final class CpuStream extends Stream {
    private static final double NANOS = 1e-9;

    private final CpuDevice device;

    CpuStream(CpuDevice device) {
        this.device = device;
    }

    @Override
    public CpuDevice device() {
        return device;
    }

    @Override
    public void synchronize() {}

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public void waitFor(Event event) {
        if (event.device() != device) {
            throw new IllegalArgumentException(
                    "waitFor: the event is of " + event.device() + ", the stream of " + device);
        }
    }

    @Override
    public Event record() {
        return new Moment(device, System.nanoTime());
    }

    @Override
    public Use use() {
        return () -> {};
    }

    @Override
    public void close() {}

    /** An event that has happened. */
    private static final class Moment extends Event {
        private final CpuDevice device;
        private final long nanos;

        Moment(CpuDevice device, long nanos) {
            this.device = device;
            this.nanos = nanos;
        }

        @Override
        public CpuDevice device() {
            return device;
        }

        @Override
        public void synchronize() {}

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public double secondsSince(Event earlier) {
            if (!(earlier instanceof Moment before)) {
                throw new IllegalArgumentException(
                        "secondsSince: the events are of " + earlier.device() + " and " + device);
            }
            return (nanos - before.nanos) * NANOS;
        }

        @Override
        public void close() {}
    }
}
