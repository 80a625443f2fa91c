package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.memory.Operands;
import dev.gatun.runtime.memory.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One kernel launch as it is put together: arguments in the order of the kernel's parameters, each checked against the
 * parameter's size, then {@link #run}. It lies in scratch of the thread and makes no garbage, so launches do not nest.
 */
public final class Launch {
    private static final int MOST_BYTES = 4096; // what every card takes
    private static final int MOST_ARGUMENTS = 128;
    private static final long MOST_BLOCKS_X = Integer.MAX_VALUE;
    private static final long MOST_BLOCKS_YZ = 65_535;

    private final MemorySegment values;
    private final MemorySegment pointers;
    private final long base;
    private final CudaThread thread;
    private @Nullable CudaFunction function;
    private @Nullable CudaQueue queue;
    private int count;
    private int end;
    private int changesFrom;
    private int changesTo;
    private boolean draws;
    private final int[] blocks = new int[3];
    private int threads;
    private int sharedBytes;

    Launch(CudaThread thread) {
        this.thread = thread;
        Arena arena = Arena.ofAuto();
        values = arena.allocate(MOST_BYTES, Long.BYTES);
        pointers = arena.allocate(ValueLayout.JAVA_LONG, MOST_ARGUMENTS);
        base = values.address();
    }

    /** Begins anew. */
    Launch start(CudaFunction kernel, CudaQueue on) {
        function = kernel;
        queue = on;
        count = 0;
        end = 0;
        changesFrom = 0;
        changesTo = 0;
        draws = false;
        return this;
    }

    /** Where the next argument goes. */
    private int place(int bytes, int alignment) {
        Objects.requireNonNull(function).checkArgument(count, bytes);
        int at = (end + alignment - 1) & -alignment;
        end = at + bytes;
        pointers.setAtIndex(ValueLayout.JAVA_LONG, count++, base + at);
        return at;
    }

    /**
     * The first element of an operand; a null pointer where none was added. Memory of another stream stays untouched,
     * after its release, until this stream is done with it.
     */
    public Launch operand(Operands o, int i) {
        Storage storage = o.storage(i);
        if (storage != null) {
            CudaQueue on = Objects.requireNonNull(queue);
            o.require(storage.pool().device() == on.device(), "operands on different devices");
            on.touch(storage);
        }
        return address(o.at(i).address());
    }

    /** An address of the device's memory. */
    public Launch address(long address) {
        return add(address);
    }

    /** An argument of a parameter {@code long long}. */
    public Launch add(long value) {
        values.set(ValueLayout.JAVA_LONG, place(Long.BYTES, Long.BYTES), value);
        return this;
    }

    /** An argument of a parameter {@code int}. */
    public Launch add(int value) {
        values.set(ValueLayout.JAVA_INT, place(Integer.BYTES, Integer.BYTES), value);
        return this;
    }

    /** An argument of a parameter {@code float}. */
    public Launch add(float value) {
        values.set(ValueLayout.JAVA_FLOAT, place(Float.BYTES, Float.BYTES), value);
        return this;
    }

    /** An argument of a parameter {@code double}. */
    public Launch add(double value) {
        values.set(ValueLayout.JAVA_DOUBLE, place(Double.BYTES, Double.BYTES), value);
        return this;
    }

    /** An argument of a parameter that is a struct, passed by value; alignment 8. */
    public Launch add(MemorySegment struct) {
        int bytes = (int) struct.byteSize();
        MemorySegment.copy(struct, 0, values, place(bytes, Long.BYTES), bytes);
        return this;
    }

    /** Says that what came first, a seed and a counter, is another at each repetition by a graph. */
    Launch drawing() {
        draws = true;
        return changing(0, end);
    }

    /** Says which bytes of the arguments the caller gives anew for each repetition by a graph. */
    Launch changing(int from, int to) {
        changesFrom = from;
        changesTo = to;
        return this;
    }

    /** This launch as a graph repeats it. */
    RepeatedLaunch repeated(MemorySegment node) {
        return new RepeatedLaunch(
                Objects.requireNonNull(function),
                node,
                values.asSlice(0, end),
                pointers.asSlice(0, (long) count * Long.BYTES),
                blocks,
                threads,
                sharedBytes,
                changesFrom,
                changesTo);
    }

    /** Launches on one dimension of blocks. */
    public void run(long blocks, int threads) {
        run(blocks, 1, 1, threads, 0);
    }

    /**
     * Launches; nothing where there are no blocks. Does not wait.
     *
     * @param blocksX up to 2^31 - 1
     * @param blocksY up to 65535
     * @param blocksZ up to 65535
     * @param size threads in each block
     * @param shared bytes of dynamic shared memory
     */
    public void run(long blocksX, long blocksY, long blocksZ, int size, int shared) {
        CudaFunction kernel = Objects.requireNonNull(function);
        CudaQueue on = Objects.requireNonNull(queue);
        kernel.checkCount(count);
        if (blocksX == 0 || blocksY == 0 || blocksZ == 0) {
            return;
        }
        if (blocksX > MOST_BLOCKS_X || blocksY > MOST_BLOCKS_YZ || blocksZ > MOST_BLOCKS_YZ) {
            throw new IllegalStateException(kernel + ": too many blocks: " + blocksX + ", " + blocksY + ", " + blocksZ);
        }
        CudaGraph renewed = thread.renewed();
        if (renewed != null) {
            renewed.renew(kernel, values.asSlice(0, end), changesTo > 0 && !draws);
            return;
        }
        blocks[0] = (int) blocksX;
        blocks[1] = (int) blocksY;
        blocks[2] = (int) blocksZ;
        threads = size;
        sharedBytes = shared;
        kernel.allowShared(shared);
        int status = Cuda.cuLaunchKernel(
                kernel.handle(),
                blocks[0],
                blocks[1],
                blocks[2],
                size,
                1,
                1,
                shared,
                on.handle(),
                pointers,
                MemorySegment.NULL);
        if (status != Cuda.CUDA_SUCCESS()) {
            throw on.device()
                    .failure(
                            status,
                            "cuLaunchKernel",
                            kernel + ", blocks " + blocksX + ", " + blocksY + ", " + blocksZ + ", threads " + size
                                    + ", shared bytes " + shared);
        }
        CudaGraph recorded = on.recorded();
        if (recorded == null) {
            on.launched(kernel);
        } else if (draws) {
            recorded.noteDraw(this, on);
        } else if (changesTo > 0) {
            recorded.noteUpdate(this, on);
        }
    }
}
