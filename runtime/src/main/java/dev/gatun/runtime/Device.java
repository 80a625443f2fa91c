package dev.gatun.runtime;

import dev.gatun.runtime.cpu.CpuDevice;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.runtime.memory.MemoryPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where tensors live and are computed with. A backend is one implementation of this class and of {@code Kernels}. The
 * counterpart is {@code torch.device}.
 *
 * {@snippet :
 * Device device = Device.best(); // a card where one works, else the CPU
 * Module net = new Linear(4, 2).to(device);
 * Tensor y = net.forward(Tensor.rand(3, 4).to(device));
 * System.out.println(Device.cpu()); // cpu
 * }
 */
public abstract class Device {
    private static final Pattern CARD = Pattern.compile("cuda:[0-9]{1,3}", Pattern.CASE_INSENSITIVE);

    /** For backends. */
    protected Device() {}

    /**
     * The CPU.
     *
     * @return the device, always the same
     * @throws GatunException if the native library cannot be loaded; the message says what was looked for
     */
    public static Device cpu() {
        return CpuDevice.get();
    }

    /**
     * The first CUDA card. {@code torch.device("cuda")}.
     *
     * @return the device, always the same
     * @throws GatunException if there is no card, no driver or not all libraries; one sentence that says what is missing
     *     and where it was looked for
     */
    public static Device cuda() {
        return cuda(0);
    }

    /**
     * A CUDA card by its index.
     *
     * @param index from 0
     * @return the device, always the same for one index
     * @throws GatunException as {@link #cuda()}, or if there is no such card
     * @throws IllegalArgumentException if the index is negative
     */
    public static Device cuda(int index) {
        return CudaDevice.get(index);
    }

    /** How many CUDA cards can be seen; 0 without a driver. {@code torch.cuda.device_count}. */
    public static int cudaCount() {
        try {
            return CudaDevice.count();
        } catch (GatunException e) {
            return 0;
        }
    }

    /**
     * What there is to compute on, and with: a line for the CPU, for each library that CUDA needs (its version and file, or
     * what was looked for and is missing), and for each card.
     *
     * @return lines
     */
    public static List<String> report() {
        List<String> lines = new ArrayList<>();
        lines.add(cpu().describe());
        lines.addAll(CudaDevice.report());
        return lines;
    }

    /**
     * The fastest device that runs every operation: the first CUDA card, where there is one with all libraries, cuDNN among
     * them; else the CPU.
     */
    public static Device best() {
        Device card = CudaDevice.complete();
        return card == null ? cpu() : card;
    }

    /**
     * A device by name, as command lines give it.
     *
     * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}
     * @return the device
     * @throws IllegalArgumentException if there is no such name
     * @throws GatunException if the device cannot be used
     */
    public static Device of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> best();
            case "cpu" -> cpu();
            case "cuda" -> cuda();
            default -> {
                if (!CARD.matcher(name).matches()) {
                    throw new IllegalArgumentException("device: not one of auto, cpu, cuda, cuda:1: '" + name + "'");
                }
                yield cuda(Integer.parseInt(name.substring(name.indexOf(':') + 1)));
            }
        };
    }

    /** {@code cpu}, {@code cuda:0}. */
    public abstract String name();

    /** Which of its kind it is: the card's number, 0 for the CPU. {@code torch.device.index}. */
    public int index() {
        return 0;
    }

    /** The device in a line: {@code cuda:0, NVIDIA H200, 139.8 GiB, compute capability 9.0}. */
    public abstract String describe();

    /** The stream that this thread's work goes to. {@code torch.cuda.current_stream}. */
    public abstract Stream stream();

    /**
     * A stream besides the default one; to be closed.
     *
     * @throws GatunException if the device is out of memory
     */
    public abstract Stream newStream();

    /**
     * Waits until all work of all streams is done. {@code torch.cuda.synchronize}.
     *
     * @throws GatunException if work failed
     */
    public abstract void synchronize();

    /** A graph to record work in; none where a card's properties for tools rule it out. */
    public abstract Optional<DeviceGraph> newGraph();

    /**
     * Refuses that Java reads or writes elements in work that a graph records, for the library's own modules.
     *
     * @param op that does, as the message's beginning
     * @throws IllegalStateException if this thread records
     */
    public abstract void beforeHostAccess(String op);

    /** The operations of this device, for the library's own modules. */
    public abstract Kernels kernels();

    /** The memory of this device, for the library's own modules. */
    @SuppressWarnings("exports") // a backend's matter; its package is exported to Gatun's modules alone
    public abstract MemoryPool pool();

    /** Memory of the CPU that this device reads without the host's waiting, for the library's own modules. */
    @SuppressWarnings("exports") // as above
    public MemoryPool hostPool() {
        return cpu().pool();
    }

    /** What the pool of this device holds. */
    public MemoryStats memory() {
        return pool().stats();
    }

    /** Gives memory that is cached and not in use back to the system. */
    public void trim() {
        pool().trim();
    }

    /**
     * Sets how many threads share an operation, the caller's included.
     *
     * @param count at least 1
     * @throws IllegalArgumentException if the count is out of range
     */
    public abstract void setThreads(int count);

    /** How many threads share an operation, the caller's included. */
    public abstract int threads();

    /**
     * Whether products and convolutions of F32 may round their operands to TF32, ten bits behind the point: faster on
     * cards from compute capability 8.0 on, and no longer as exact as the CPU, where it changes nothing. At first not, but
     * with {@code -Dgatun.cuda.tf32=true}. {@code torch.backends.cuda.matmul.allow_tf32}, and
     * {@code torch.backends.cudnn.allow_tf32}, which is on there.
     *
     * @param allowed from the next call on
     */
    public void allowTf32(boolean allowed) {}

    /** Whether {@link #allowTf32} holds. */
    public boolean allowsTf32() {
        return false;
    }

    @Override
    public final String toString() {
        return name();
    }
}
