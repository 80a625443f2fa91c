package dev.gatun.runtime.cuda;

import dev.gatun.bindings.cuda.Cuda;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Kernels of one source on one device: compiled or taken from the cache, and loaded, when the first is asked for. */
final class CudaModule {
    private final CudaDevice device;
    private final String family;
    private final List<String> options;
    private final ConcurrentHashMap<String, CudaFunction> functions = new ConcurrentHashMap<>();
    private volatile @Nullable MemorySegment handle;

    CudaModule(CudaDevice device, String family, List<String> options) {
        this.device = device;
        this.family = family;
        this.options = options;
    }

    /**
     * A kernel by its name.
     *
     * @throws GatunException if there is none, or the source does not compile
     */
    CudaFunction function(String name) {
        CudaFunction known = functions.get(name);
        return known != null ? known : functions.computeIfAbsent(name, this::find);
    }

    private CudaFunction find(String name) {
        MemorySegment module = handle();
        MemorySegment answer = CudaThread.enter(device).answer();
        try (Arena arena = Arena.ofConfined()) {
            int status = Cuda.cuModuleGetFunction(answer, module, arena.allocateFrom(name));
            if (status != Cuda.CUDA_SUCCESS()) {
                throw device.failure(status, "cuModuleGetFunction", name + " of " + family + ".cu");
            }
        }
        return new CudaFunction(device, name, answer.get(ValueLayout.ADDRESS, 0));
    }

    private MemorySegment handle() {
        MemorySegment loaded = handle;
        return loaded != null ? loaded : load();
    }

    private synchronized MemorySegment load() {
        MemorySegment loaded = handle;
        if (loaded == null) {
            byte[] image = device.compiler().compile(CudaSource.of(family, options));
            MemorySegment answer = CudaThread.enter(device).answer();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(image.length + 1L, Long.BYTES); // PTX ends with a zero
                MemorySegment.copy(image, 0, copy, ValueLayout.JAVA_BYTE, 0, image.length);
                device.check(
                        CudaGraph.beside(() -> Cuda.cuModuleLoadData(answer, copy)),
                        "cuModuleLoadData",
                        family + ".cu");
            }
            loaded = answer.get(ValueLayout.ADDRESS, 0);
            handle = loaded;
        }
        return loaded;
    }
}
