package dev.gatun.runtime;

/**
 * An order of work on a device: what is put on one stream runs one after another, what is put on several may run at the
 * same time. Work is put on the {@linkplain Device#stream() current} stream of the thread that calls; every device has a
 * default stream, which all threads share until they {@linkplain #use use} another. {@code torch.cuda.Stream}.
 *
 * <p>A stream does not wait for others: who reads on one what another writes records an {@link Event} there and lets
 * this one {@linkplain #waitFor wait for it}. Memory is handed out again in the order of the stream that it was
 * allocated on; where another stream used it too, that is waited for on the device before the memory is used again.
 *
 * <p>On the CPU every call is complete when it returns, so that its streams are always done.
 *
 * {@snippet :
 * Device device = Device.best();
 * Stream copies = device.newStream();
 * Tensor y;
 * try (var on = copies.use()) {
 *     y = Tensor.ones(1000).to(device); // beside what the current stream computes
 * }
 * device.stream().waitFor(copies.record());
 * System.out.println(y.sum().item()); // 1000.0
 * }
 */
public abstract class Stream implements AutoCloseable {
    /** For backends. */
    protected Stream() {}

    /** The device that works. */
    public abstract Device device();

    /**
     * Waits until all that was put on the stream is done.
     *
     * @throws GatunException if the work failed
     */
    public abstract void synchronize();

    /**
     * Whether all that was put on the stream is done; does not wait. {@code torch.cuda.Stream.query}.
     *
     * @throws GatunException if the work failed
     */
    public abstract boolean isDone();

    /**
     * Lets what is put on this stream from now on wait, on the device, for an event of this or another stream.
     *
     * @param event of a stream of this device
     * @throws IllegalArgumentException if the event is another device's
     */
    public abstract void waitFor(Event event);

    /**
     * Records where the stream is now.
     *
     * @return an event that happens when all that was put on the stream before is done
     */
    public abstract Event record();

    /**
     * Makes the stream the current one of this thread.
     *
     * @return to be closed on the same thread, which makes the stream of before the current one again
     * @throws IllegalStateException if the stream is closed
     */
    public abstract Use use();

    /**
     * Gives the stream back; what was put on it goes on. Closing the default stream, or closing twice, is harmless.
     *
     * @throws IllegalStateException if it is the current stream of this thread
     */
    @Override
    public abstract void close();

    /** A stretch of code for which a stream is the current one. */
    @FunctionalInterface
    public interface Use extends AutoCloseable {
        @Override
        void close();
    }
}
