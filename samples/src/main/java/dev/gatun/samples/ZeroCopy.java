package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.interop.DevicePointer;
import dev.gatun.runtime.interop.DlPack;
import dev.gatun.runtime.interop.Segments;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/**
 * Tensors of Gatun in the hands of others, and theirs as tensors, without a copy: a segment of Java, a C library, NumPy and
 * PyTorch, all in this one process. Each line shows the address that both sides see; that a copy was made would end the
 * sample with an error. What is not on this machine is named.
 */
@Command(
        name = "zero-copy",
        description = "Shares tensors with C, NumPy and PyTorch; the addresses prove that nothing is copied.")
final class ZeroCopy implements Callable<Integer> {
    private static final long PYTHON_STACK_BYTES = 64 << 20; // its modules go deep

    private final Screen screen;

    @Mixin
    private final SampleOptions options = new SampleOptions();

    ZeroCopy(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        Device device = options.device();
        try (var scope = Scope.open()) {
            segments();
            pointers(device);
            compiled();
        }
        onLargeStack(this::python);
        return ExitCode.OK;
    }

    /** One line: who sees what where. It fails where the addresses differ. */
    private void same(String what, long ours, long theirs, Object result) {
        if (ours != theirs) {
            throw new IllegalStateException(
                    "zero-copy: " + what + " was copied: 0x%x is not 0x%x".formatted(ours, theirs));
        }
        screen.out()
                .printf(
                        "%-18s 0x%x on both sides: %s%n",
                        what, ours, result.toString().replaceAll("\\s+", " "));
    }

    private static long address(Tensor x) {
        try (DevicePointer pointer = DevicePointer.of(x)) {
            return pointer.address();
        }
    }

    /** 0, 1, 2, ... in rows of three. */
    private static Tensor matrix() {
        return Tensor.arange(6).to(DType.F32).view(2, 3);
    }

    private void segments() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 6);
            Tensor x = Tensor.wrap(Segments.wrap(memory, DType.F32, 2, 3));
            x.fill_(2);
            same("segment -> Gatun", address(x), memory.address(), memory.getAtIndex(ValueLayout.JAVA_FLOAT, 5));
            x.release();
        }
        Tensor x = matrix();
        MemorySegment memory = Segments.segment(x);
        memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 10);
        same("Gatun -> segment", address(x), memory.address(), x);
    }

    /** A card's memory, or the CPU's, goes out by its address and comes back; whoever lends it hears of the last use. */
    private void pointers(Device device) {
        Tensor x = matrix().to(device);
        DevicePointer out = DevicePointer.of(x);
        var isBack = new AtomicBoolean();
        Layout turned = Layout.of(Shape.of(3, 2), new long[] {1, 3}, 0);
        var lent = new DevicePointer(device, out.address(), out.dtype(), turned, out.stream(), x);
        try (var inner = Scope.open()) {
            Tensor y = Tensor.wrap(lent.wrap(() -> isBack.set(true)));
            y.mul_(2);
            same("pointer on " + device, out.address(), address(y), y);
        }
        if (!isBack.get()) {
            throw new IllegalStateException("zero-copy: the pointer's owner was not told of the last use");
        }
        Tensor back = Tensor.wrap(DlPack.fromDlpackVersioned(DlPack.toDlpackVersioned(x)));
        same("DLPack on " + device, address(x), address(back), back);
    }

    private void compiled() throws IOException {
        Path folder = Files.createTempDirectory("gatun-zero-copy");
        Path source = folder.resolve("neighbour.c");
        Path library = folder.resolve("neighbour.so");
        try (InputStream text = Objects.requireNonNull(ZeroCopy.class.getResourceAsStream("neighbour.c"))) {
            Files.copy(text, source);
            String compiler = Objects.requireNonNullElse(System.getenv("CC"), "cc");
            if (Native.said(
                            compiler,
                            "-std=c11",
                            "-O2",
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            source.toString())
                    .isEmpty()) {
                screen.out().println("C: not shown, there is no C compiler: " + compiler);
                return;
            }
            neighbour(library);
        } finally {
            Files.deleteIfExists(library);
            Files.deleteIfExists(source);
            Files.delete(folder);
        }
    }

    @SuppressWarnings("restricted") // compiled just now
    private void neighbour(Path library) {
        try (Arena arena = Arena.ofConfined()) {
            Native c = new Native(SymbolLookup.libraryLookup(library, arena));
            Tensor x = matrix();
            MemorySegment seen = c.pointer("neighbour_double", DlPack.toDlpack(x.t()));
            same("Gatun -> C", address(x), seen.address(), x);

            MemorySegment managed = c.pointer("neighbour_count_up", 4L);
            long theirs = c.pointer("neighbour_address", managed).address();
            try (var inner = Scope.open()) {
                Tensor y = Tensor.wrap(DlPack.fromDlpack(managed));
                same("C -> Gatun", address(y), theirs, y);
            }
            if (c.longInteger("neighbour_given_out") != 0) {
                throw new IllegalStateException("zero-copy: C did not get its memory back");
            }
        }
    }

    private void python() {
        try (var scope = Scope.open()) {
            Optional<Python> python = Python.start();
            if (python.isEmpty()) {
                screen.out().println("Python: not shown, there is no python3 that has its library beside it");
                return;
            }
            for (String module : new String[] {"numpy", "torch"}) {
                if (python.get().has(module)) {
                    trade(python.get(), module, module.equals("numpy") ? "NumPy" : "PyTorch");
                } else {
                    screen.out().println("Python: not shown, it has no module " + module);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** NumPy takes memory to read, PyTorch to write as well. */
    private void trade(Python python, String module, String name) {
        Tensor x = matrix();
        MemorySegment managed = DlPack.toDlpack(x);
        long[] seen = python.call(module + "_take", Long.toString(managed.address()));
        require(x.sum().item() == seen[1], name + " has other numbers than Gatun");
        same("Gatun -> " + name, address(x), seen[0], x);

        long[] given = python.call(module + "_give");
        try (var inner = Scope.open()) {
            Tensor y = Tensor.wrap(DlPack.fromDlpack(MemorySegment.ofAddress(given[0])));
            y.add_(1);
            long sum = python.call(module + "_read")[0];
            require(y.sum().item() == sum, name + " does not see what Gatun wrote");
            same(name + " -> Gatun", address(y), given[1], y);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("zero-copy: " + otherwise);
        }
    }

    /** Runs something on a thread of its own. */
    private static void onLargeStack(Runnable work) {
        var failure = new AtomicReference<@Nullable RuntimeException>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                },
                "python",
                PYTHON_STACK_BYTES);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }
}
