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
     * Runs work as usual, but refuses what a recording would; on a card in the graph's memory: kernels are compiled, and
     * memory is allocated, that a recording would have to do without.
     *
     * @throws IllegalStateException if the work does what no graph can repeat
     */
    public abstract void rehearse(Runnable work);

    /**
     * Records work, once, and makes it, on this thread's current stream.
     *
     * @throws IllegalStateException if the work does what no graph can repeat, or something was recorded before; then
     *     nothing was put on a card's stream
     * @throws GatunException if the device fails
     */
    public abstract void record(Runnable work);

    /**
     * Makes what was recorded once more, on this thread's current stream.
     *
     * @param renewals one for each update that was recorded, in the same order: it calls that update with the numbers of
     *     this repetition, which is then not made, but noted for the graph. On the CPU each is called when all before its
     *     update has succeeded
     * @throws IllegalStateException if nothing was recorded, or a renewal calls something else
     */
    public abstract void launch(List<? extends Runnable> renewals);

    /**
     * Lets the next launch read a given array, where it lies, instead of an input of the recording.
     *
     * @param input of the recording
     * @param given of the input's dtype and shape, not released before the launch
     * @return false where that cannot be: then the caller copies to the input
     */
    public boolean redirect(NdArray input, NdArray given) {
        return false;
    }

    /** Waits for the device and gives the memory back. Closing twice is harmless. */
    @Override
    public abstract void close();
}
