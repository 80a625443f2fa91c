package dev.gatun.testing.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Conv;
import dev.gatun.autograd.ops.ConvParams;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.nn.optim.SGD;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.Stream;
import dev.gatun.runtime.kernels.UnaryOp;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program that asks of launches what {@link CudaMutantsTest} breaks: a card has the CPU's numbers, in the order of its
 * streams, and memory is nobody else's while it is in use. It ends with an exception where that is not so.
 */
final class LaunchCheck {
    /** What can be named as an argument. */
    static final String[] GROUPS = {"elementwise", "cast", "reduce", "update", "linalg", "streams", "memory", "copies"};

    private static final int COUNT = 1000;
    private static final int LARGE = 4_000_000; // more than both halves of the buffer that copies go through
    private static final float TOLERANCE = 1e-4f;

    private final Device cuda = CudaStubs.device();

    private LaunchCheck() {}

    /** Checks the groups that are named. */
    public static void main(String[] groups) {
        var check = new LaunchCheck();
        for (String group : groups) {
            try (var scope = Scope.open()) {
                check.run(group);
            }
        }
    }

    private void run(String group) {
        switch (group) {
            case "elementwise" -> elementwise();
            case "cast" -> same("transposed", d -> numbers(d, 5, 7).t().contiguous());
            case "reduce" -> reduce();
            case "update" -> update();
            case "linalg" -> linalg();
            case "streams" -> streams();
            case "memory" -> memory();
            case "copies" -> copies();
            default -> throw new IllegalArgumentException(group);
        }
    }

    private void same(String what, Function<Device, Tensor> work) {
        float[] expected = work.apply(Device.cpu()).toFloatArray();
        assertArrayEquals(expected, work.apply(cuda).toFloatArray(), TOLERANCE, what);
    }

    /** From -3 to 3, no two alike near each other. */
    private static Tensor numbers(Device device, long... shape) {
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return Tensor.arange(count)
                .to(DType.F32)
                .mul(0.7)
                .sin()
                .mul(3)
                .view(shape)
                .to(device);
    }

    private Tensor all(double value) {
        return Tensor.full(DType.F32, value, COUNT).to(cuda);
    }

    private static void assertAll(double value, Tensor x) {
        float[] expected = new float[(int) x.count()];
        Arrays.fill(expected, (float) value);
        assertArrayEquals(expected, x.toFloatArray());
    }

    private void elementwise() {
        same("arrays", d -> numbers(d, 5, 7).sub(numbers(d, 35).view(7, 5).t()));
        same("a row", d -> numbers(d, 5, 7).sub(numbers(d, 7)));
        same("flat", d -> numbers(d, COUNT).sub(numbers(d, 2, COUNT).select(0, 1)));
        same("a number", d -> numbers(d, 35).sub(2));
        same("from a number", d -> numbers(d, 35).rsub(2));
    }

    private void reduce() {
        same("rows", d -> numbers(d, 5, 70).sum(1));
        same("columns", d -> numbers(d, 50, 7).sum(0));
        same("all", d -> numbers(d, 5, COUNT).sum());
    }

    private void update() {
        for (long count : new long[] {3, 2500}) {
            same("momentum", d -> {
                Tensor x = numbers(d, count).requiresGrad_();
                x.setGrad(numbers(d, 2, count).select(0, 1));
                var optimizer =
                        new SGD(List.of(x), SGD.Options.defaults().withLr(0.1).withMomentum(0.9));
                optimizer.step();
                optimizer.step();
                return x.detach();
            });
        }
    }

    private void linalg() {
        same("product", d -> numbers(d, 5, 10).narrow(1, 2, 7).mm(numbers(d, 7, 3)));
        same("layer", d -> layer(d, null));
        same("layer with relu", d -> layer(d, UnaryOp.RELU));
    }

    private static Tensor layer(Device device, @Nullable UnaryOp activation) {
        Tensor x = numbers(device, 5, 10).narrow(1, 2, 7);
        Tensor weight = numbers(device, 3, 7);
        Tensor bias = numbers(device, 3);
        return activation == null ? Linalg.linear(x, weight, bias) : Linalg.linear(x, weight, bias, activation);
    }

    private void streams() {
        Tensor x = all(0);
        Tensor image = numbers(cuda, 1, 2, 5, 5);
        Tensor kernel = numbers(cuda, 3, 2, 2, 2);
        cuda.synchronize();
        try (Stream other = cuda.newStream()) {
            try (Stream.Use use = other.use()) {
                x.add_(1);
                assertAll(1, x);
                same("product", d -> numbers(d, 5, 7).mm(numbers(d, 7, 3)));
                float[] maps =
                        Conv.conv2d(image, kernel, null, ConvParams.defaults()).toFloatArray();
                Tensor host = Conv.conv2d(image.to(Device.cpu()), kernel.to(Device.cpu()), null, ConvParams.defaults());
                assertArrayEquals(host.toFloatArray(), maps, TOLERANCE, "convolution");
                x.add_(1);
            }
            cuda.stream().waitFor(other.record());
            assertAll(2, x);
        }
    }

    private void memory() {
        try (Stream other = cuda.newStream()) {
            Tensor x = all(0);
            other.waitFor(cuda.stream().record());
            try (Stream.Use use = other.use()) {
                x.add_(1);
            }
            x.release();
            Tensor y = all(5); // the same memory
            assertAll(5, y);
            other.synchronize();
            assertAll(5, y);
        }
        Tensor pinned = Tensor.full(DType.F32, 3, COUNT).pinMemory();
        Tensor there = pinned.to(cuda, true);
        pinned.release();
        Tensor next = Tensor.full(DType.F32, -1, COUNT).pinMemory();
        assertAll(3, there);
        assertAll(-1, next);
        Tensor large = Tensor.zeros(LARGE).to(cuda);
        large.add_(1);
        large.release();
        cuda.trim();
        cuda.synchronize();
    }

    private void copies() {
        float[] values = new float[LARGE];
        for (int i = 0; i < LARGE; i++) {
            values[i] = i;
        }
        assertArrayEquals(values, Tensor.ofArray(values).to(cuda).toFloatArray());
        Tensor x = numbers(cuda, COUNT);
        Tensor bad = x.indexSelect(0, Tensor.of((long) COUNT).to(cuda));
        assertThrows(IllegalArgumentException.class, bad::toFloatArray);
    }
}
