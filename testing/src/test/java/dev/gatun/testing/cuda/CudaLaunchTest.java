package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Event;
import dev.gatun.runtime.GatunException;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.cuda.CudaDevice;
import dev.gatun.runtime.cuda.CudaFunction;
import dev.gatun.runtime.cuda.Launch;
import dev.gatun.runtime.cuda.Launcher;
import dev.gatun.runtime.kernels.HostCopy;
import dev.gatun.runtime.memory.Operands;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Launches of kernels: arguments, streams, and mistakes that are seen late. */
class CudaLaunchTest {
    private static final int COUNT = 1000;
    private static final int ANOTHER_CARD = 2; // it cannot be used any more afterwards

    private final CudaDevice cuda = CudaStubs.device();
    private final Launcher launcher = new Launcher(cuda, "lessons");
    private final Scope scope = Scope.open(); // of one test: each has an instance of its own

    @AfterEach
    void close() {
        scope.close();
    }

    private static NdArray zeros(Device device, int count) {
        NdArray x = NdArray.allocate(device, DType.F32, Shape.of(count));
        HostCopy.write(new float[count], x, 0);
        return x;
    }

    private static void add(Launcher launcher, NdArray x, float number) {
        Operands o = Operands.of("add");
        try {
            o.add(x);
            launcher.start(launcher.kernel("add_number"))
                    .add(x.count())
                    .operand(o, 0)
                    .add(number)
                    .run(4, 64);
        } finally {
            o.end();
        }
    }

    private static float[] values(NdArray x) {
        float[] values = new float[(int) x.count()];
        HostCopy.read(x, 0, values);
        return values;
    }

    private static float[] all(float value, int count) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void launch_everyKindOfArgument_arrives() {
        NdArray out = NdArray.allocate(cuda, DType.F64, Shape.of(6));
        Operands o = Operands.of("echo");
        try {
            o.add(out);
            launcher.start(launcher.kernel("echo"))
                    .add(7)
                    .add(1L << 40)
                    .add(1.5f)
                    .add(-2.25)
                    .operand(o, 0)
                    .run(3, 32);
        } finally {
            o.end();
        }
        double[] seen = new double[6];
        HostCopy.read(out, 0, seen);
        assertArrayEquals(new double[] {7, 1L << 40, 1.5, -2.25, 32, 3}, seen);
    }

    @Test
    void launch_argumentOfAnotherSize_isRefused() {
        CudaFunction echo = launcher.kernel("echo");
        Launch launch = launcher.start(echo);
        var e = assertThrows(IllegalStateException.class, () -> launch.add(7L));
        assertEquals("echo: argument 0 has 8 bytes: the kernel takes [4, 8, 4, 8, 8]", e.getMessage());
        Launch tooFew = launcher.start(echo).add(7).add(1L);
        var count = assertThrows(IllegalStateException.class, () -> tooFew.run(1, 1));
        assertEquals("echo: 2 arguments: the kernel takes [4, 8, 4, 8, 8]", count.getMessage());
        Launch tooMany = launcher.start(echo).add(7).add(1L).add(1f).add(1.0).add(0L);
        var more = assertThrows(IllegalStateException.class, () -> tooMany.add(1));
        assertEquals("echo: argument 5 has 4 bytes: the kernel takes [4, 8, 4, 8, 8]", more.getMessage());
    }

    @Test
    void launch_memoryOfAnotherDevice_isRefused() {
        NdArray here = zeros(Device.cpu(), 4);
        var e = assertThrows(IllegalArgumentException.class, () -> add(launcher, here, 1));
        assertEquals("add: operands on different devices: f32[4]", e.getMessage());
    }

    @Test
    void launch_blocksThatNoCardTakes_isRefused() {
        Launch none =
                launcher.start(launcher.kernel("add_number")).add(0L).add(0L).add(1f);
        none.run(0, 64); // nothing to do
        Launch tooMany =
                launcher.start(launcher.kernel("add_number")).add(0L).add(0L).add(1f);
        var e = assertThrows(IllegalStateException.class, () -> tooMany.run(1, 65_536, 1, 64, 0));
        assertEquals("add_number: too many blocks: 1, 65536, 1", e.getMessage());
        Launch threads =
                launcher.start(launcher.kernel("add_number")).add(0L).add(0L).add(1f);
        var status = assertThrows(GatunException.class, () -> threads.run(1, 2048));
        assertTrue(status.getMessage().startsWith("cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (1)"), status.getMessage());
        assertTrue(status.getMessage().endsWith("add_number, blocks 1, 1, 1, threads 2048, shared bytes 0"));
    }

    @Test
    void kernels_thatAreNotThere_areNamed() {
        var kernel = assertThrows(GatunException.class, () -> launcher.kernel("no_such"));
        assertTrue(
                kernel.getMessage().startsWith("cuModuleGetFunction: CUDA_ERROR_NOT_FOUND (500)"), kernel.getMessage());
        assertTrue(kernel.getMessage().endsWith(": no_such of lessons.cu"), kernel.getMessage());
        Launcher missing = new Launcher(cuda, "no_such_family");
        var source = assertThrows(GatunException.class, () -> missing.kernel("any"));
        assertTrue(source.getMessage().startsWith("cuda: no no_such_family.cu in gatun.cuda.sources: "));
        Launcher broken = new Launcher(cuda, "broken");
        var error = assertThrows(GatunException.class, () -> broken.kernel("any"));
        assertTrue(error.getMessage().startsWith("nvrtcCompileProgram: NVRTC_ERROR_COMPILATION (6): broken.cu"));
        assertTrue(error.getMessage().contains("not_declared"), error.getMessage());
    }

    @Test
    void streams_oneAfterAnother_seeEachOthersWork() {
        NdArray x = zeros(cuda, COUNT);
        try (Stream other = cuda.newStream()) {
            for (int i = 0; i < 10; i++) {
                Event before = cuda.stream().record();
                other.waitFor(before);
                try (Stream.Use use = other.use()) {
                    add(launcher, x, 1);
                }
                Event after = other.record();
                cuda.stream().waitFor(after);
                add(launcher, x, 1);
            }
            assertArrayEquals(all(20, COUNT), values(x));
        }
    }

    /** The stub runs nothing that nobody waits for, so that a forgotten event shows each time. */
    @Test
    void streams_withoutAnEvent_doNotSeeEachOthersWork() {
        CudaStubs.require();
        NdArray x = zeros(cuda, COUNT);
        cuda.synchronize();
        try (Stream other = cuda.newStream()) {
            try (Stream.Use use = other.use()) {
                add(launcher, x, 1);
            }
            assertFalse(other.isDone());
            add(launcher, x, 1);
            cuda.synchronize();
            assertArrayEquals(all(2, COUNT), values(x));
            try (Stream.Use use = other.use()) {
                add(launcher, x, 1);
            }
            assertArrayEquals(all(2, COUNT), values(x));
            other.synchronize();
            assertArrayEquals(all(3, COUNT), values(x));
        }
    }

    /** What another stream reads late is not handed out before, although its array is gone. */
    @Test
    void memory_usedByAnotherStream_isNotReusedTooEarly() {
        try (Stream other = cuda.newStream()) {
            for (int i = 0; i < 5; i++) {
                NdArray x = zeros(cuda, COUNT);
                other.waitFor(cuda.stream().record());
                try (Stream.Use use = other.use()) {
                    add(launcher, x, 1);
                }
                x.release();
                NdArray y = zeros(cuda, COUNT); // the same memory
                assertArrayEquals(new float[COUNT], values(y));
                other.synchronize();
                assertArrayEquals(new float[COUNT], values(y));
                y.release();
            }
        }
    }

    @Test
    void work_thatFails_isReportedOnceThenTheCardIsOutOfUse() {
        CudaStubs.require();
        CudaDevice card = CudaDevice.get(ANOTHER_CARD);
        Launcher own = new Launcher(card, "lessons");
        NdArray x = zeros(card, 4);
        Operands o = Operands.of("write");
        o.add(x);
        own.start(own.kernel("write_outside")).operand(o, 0).run(1, 32);
        o.end();
        var first = assertThrows(GatunException.class, card::synchronize);
        assertTrue(
                first.getMessage().startsWith("cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700), "),
                first.getMessage());
        assertTrue(
                first.getMessage()
                        .endsWith(": work put on cuda:2 before has failed; the kernel launched last was write_outside;"
                                + " -Dgatun.debug=cuda finds the kernel"),
                first.getMessage());
        var later = assertThrows(GatunException.class, () -> values(x));
        assertTrue(
                later.getMessage().startsWith("cuda: cuda:2 cannot be used any more since cuStreamSynchronize: "),
                later.getMessage());
        assertTrue(later.getMessage().endsWith("; start the program anew"), later.getMessage());
        x.release();
        cuda.synchronize(); // the other card is well
    }

    @Test
    void launches_many_takeNoMemory() {
        NdArray x = zeros(cuda, 16);
        long before = cuda.memory().mapped();
        for (int i = 0; i < 2000; i++) {
            add(launcher, x, 1);
        }
        assertArrayEquals(all(2000, 16), values(x));
        assertEquals(before, cuda.memory().mapped());
    }
}
