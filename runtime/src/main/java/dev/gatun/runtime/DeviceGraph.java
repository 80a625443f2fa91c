package dev.gatun.runtime;

import java.util.List;

/**
 * Work of a device that is recorded once and then put on a stream as a whole, again and again, by one call. {@code
 * torch.cuda.CUDAGraph}. {@code dev.gatun.nn.optim.Step} makes one of a training step; that is how it is used.
 *
 * <p>What is recorded happens at the same addresses each time: memory that the work allocates stays the graph's until it
 * is closed. Inside, nothing waits for the device and nothing is copied from or to the host; numbers that Java computed
 * stay what they were, but for those of optimizers and for random numbers, which go on. A graph is used by one thread at
 * a time.
 *
 * {@snippet :
 * Device device = Device.best();
 * System.out.println(device.newGraph().isPresent()); // true
 * }
 */
public abstract class DeviceGraph implements AutoCloseable {
    /** For backends. */
    protected DeviceGraph() {}

    /**
     * Runs work as usual, but in the graph's memory: kernels are compiled, and memory is allocated, that a recording would
     * have to do without. It refuses what a recording would.
     *
     * @throws IllegalStateException if the work does what no graph can repeat
     */
    public abstract void rehearse(Runnable work);

    /**
     * Records work, once, and puts it on this thread's current stream.
     *
     * @throws IllegalStateException if the work does what no graph can repeat, or something was recorded before; then
     *     nothing was put on the stream
     * @throws GatunException if the device fails
     */
    public abstract void record(Runnable work);

    /**
     * Puts what was recorded on this thread's current stream.
     *
     * @param renewal calls the updates that were recorded with the numbers of this repetition, in the same order; they are
     *     not launched, but noted for the graph
     * @throws IllegalStateException if nothing was recorded, or the renewal calls something else
     */
    public abstract void launch(Runnable renewal);

    /**
     * Lets what was recorded take given arrays from now on, where they lie, instead of the recording's inputs. They must
     * not be released before a launch.
     *
     * @param inputs of the recording
     * @param given as many, each of its input's dtype and shape
     * @return false where that cannot be: then the recording takes its own inputs, to which the caller copies
     */
    public boolean redirect(List<? extends NdArray> inputs, List<? extends NdArray> given) {
        return false;
    }

    /** Waits for the device and gives the memory back. Closing twice is harmless. */
    @Override
    public abstract void close();
}
