package dev.gatun.runtime;

/**
 * A point in a {@link Stream}, made by {@link Stream#record}: it happens when all that was put on the stream before is
 * done. {@code torch.cuda.Event}. Closing it is optional: the collector does it, too.
 *
 * {@snippet :
 * Stream stream = Device.best().stream();
 * Event before = stream.record();
 * Tensor y = Tensor.rand(64, 64).matmul(Tensor.rand(64, 64));
 * Event after = stream.record();
 * after.synchronize();
 * double seconds = after.secondsSince(before);
 * }
 */
public abstract class Event implements AutoCloseable {
    /** For backends. */
    protected Event() {}

    /** The device of the stream. */
    public abstract Device device();

    /**
     * Waits until the event has happened.
     *
     * @throws GatunException if the work before it failed
     */
    public abstract void synchronize();

    /**
     * Whether the event has happened; does not wait. {@code torch.cuda.Event.query}.
     *
     * @throws GatunException if the work before it failed
     */
    public abstract boolean isDone();

    /**
     * The time from another event to this one. Waits for both.
     *
     * @param earlier of the same device
     * @return seconds, as the device measures them, to about a microsecond
     * @throws IllegalArgumentException if the event is another device's
     */
    public abstract double secondsSince(Event earlier);

    @Override
    public abstract void close();
}
