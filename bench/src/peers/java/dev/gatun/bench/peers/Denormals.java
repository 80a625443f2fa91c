package dev.gatun.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Makes this thread, and those that it starts from now on, count denormal numbers as zero, as
 * {@code torch.set_flush_denormal} does; DJL has no way to ask libtorch for it. Works with glibc on x86-64 only.
 */
final class Denormals {
    /** Bytes of glibc's {@code fenv_t} on x86-64, and where the control register of SSE and AVX lies in it. */
    private static final int ENVIRONMENT_BYTES = 32;

    private static final int MXCSR_OFFSET = 28;
    private static final int FLUSH_TO_ZERO_AND_DENORMALS_ARE_ZERO = 0x8040;

    private Denormals() {}

    /** Sets the register through {@code fegetenv} and {@code fesetenv}. */
    static void flush() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment environment = arena.allocate(ENVIRONMENT_BYTES, Long.BYTES);
            call("fegetenv", environment);
            int register = environment.get(JAVA_INT, MXCSR_OFFSET);
            environment.set(JAVA_INT, MXCSR_OFFSET, register | FLUSH_TO_ZERO_AND_DENORMALS_ARE_ZERO);
            call("fesetenv", environment);
        }
    }

    private static void call(String name, MemorySegment environment) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle function = linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(JAVA_INT, ADDRESS));
        int status = (int) function.invokeExact(environment);
        if (status != 0) {
            throw new IllegalStateException(name + ": the C library refused: status " + status);
        }
    }
}
