package dev.gatun.runtime.cuda;

import dev.gatun.bindings.nvrtc.Nvrtc;
import dev.gatun.runtime.GatunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles kernels by NVRTC for one card, and keeps what came out on disk: source, options, architecture and NVRTC's
 * version are the key.
 */
final class CudaCompiler {
    // The same bits as the CPU where a formula is the same: nothing is fused that was not asked for.
    private static final List<String> OPTIONS = List.of("--std=c++17", "--fmad=false");

    private final CudaLibraries libraries;
    private final CubinCache cache;
    private final int capability; // 90 for 9.0

    CudaCompiler(CudaLibraries libraries, CubinCache cache, int capability) {
        this.libraries = libraries;
        this.cache = cache;
        this.capability = capability;
    }

    /**
     * What the driver can load: machine code for the card, or PTX where the card is newer than NVRTC.
     *
     * @throws GatunException with the compiler's messages, if the source does not compile
     */
    byte[] compile(CudaSource source) {
        String nvrtc = libraries.load(CudaLibrary.NVRTC);
        String target = target(nvrtc);
        String version = nvrtc.substring(0, nvrtc.indexOf(','));
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(source.options());
        options.add("--gpu-architecture=" + target);
        return cache.get(source, options, version, () -> compile(source, options, target.startsWith("sm_")));
    }

    /** {@code sm_90} where NVRTC knows the card, else {@code compute_..} of the newest it knows. */
    private String target(String nvrtc) {
        List<Integer> known = knownArchitectures();
        if (known.contains(capability)) {
            return "sm_" + capability;
        }
        int newest = known.stream()
                .filter(each -> each < capability)
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
        if (newest == 0) {
            throw new GatunException("cuda: this NVRTC does not compile for compute capability " + capability / 10 + "."
                    + capability % 10 + ", it knows " + known + ": NVRTC " + nvrtc);
        }
        return "compute_" + newest;
    }

    private static List<Integer> knownArchitectures() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            check(Nvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
            int length = count.get(ValueLayout.JAVA_INT, 0);
            MemorySegment numbers = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, length));
            check(Nvrtc.nvrtcGetSupportedArchs(numbers), "nvrtcGetSupportedArchs");
            List<Integer> known = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                known.add(numbers.getAtIndex(ValueLayout.JAVA_INT, i));
            }
            return known;
        }
    }

    private static byte[] compile(CudaSource source, List<String> options, boolean machineCode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            check(
                    Nvrtc.nvrtcCreateProgram(
                            pointer,
                            arena.allocateFrom(source.text()),
                            arena.allocateFrom(source.name()),
                            0,
                            MemorySegment.NULL,
                            MemorySegment.NULL),
                    "nvrtcCreateProgram");
            MemorySegment program = pointer.get(ValueLayout.ADDRESS, 0);
            try {
                int status = Nvrtc.nvrtcCompileProgram(program, options.size(), strings(arena, options));
                if (status != Nvrtc.NVRTC_SUCCESS()) {
                    throw new GatunException("nvrtcCompileProgram: " + text(status) + ": " + source.name()
                            + System.lineSeparator() + log(arena, program));
                }
                return image(arena, program, machineCode);
            } finally {
                check(Nvrtc.nvrtcDestroyProgram(pointer), "nvrtcDestroyProgram");
            }
        }
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment table = arena.allocate(ValueLayout.ADDRESS, texts.size());
        for (int i = 0; i < texts.size(); i++) {
            table.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return table;
    }

    private static byte[] image(Arena arena, MemorySegment program, boolean machineCode) {
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        check(
                machineCode ? Nvrtc.nvrtcGetCUBINSize(program, size) : Nvrtc.nvrtcGetPTXSize(program, size),
                machineCode ? "nvrtcGetCUBINSize" : "nvrtcGetPTXSize");
        MemorySegment image = arena.allocate(size.get(ValueLayout.JAVA_LONG, 0));
        check(
                machineCode ? Nvrtc.nvrtcGetCUBIN(program, image) : Nvrtc.nvrtcGetPTX(program, image),
                machineCode ? "nvrtcGetCUBIN" : "nvrtcGetPTX");
        return image.toArray(ValueLayout.JAVA_BYTE);
    }

    private static String log(Arena arena, MemorySegment program) {
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        check(Nvrtc.nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
        MemorySegment text = arena.allocate(size.get(ValueLayout.JAVA_LONG, 0) + 1);
        check(Nvrtc.nvrtcGetProgramLog(program, text), "nvrtcGetProgramLog");
        return text.getString(0, StandardCharsets.UTF_8);
    }

    private static void check(int status, String call) {
        if (status != Nvrtc.NVRTC_SUCCESS()) {
            throw new GatunException(call + ": " + text(status));
        }
    }

    @SuppressWarnings("restricted") // a C string, its length unknown
    private static String text(int status) {
        return Nvrtc.nvrtcGetErrorString(status).reinterpret(Long.MAX_VALUE).getString(0) + " (" + status + ")";
    }
}
