package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.utils.ClipGrad;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clipped gradients against PyTorch's. */
class ClipGradTest {
    private static final Map<String, Fixtures.Row> ROWS = Fixtures.rows("clipping.txt");
    private static final Map<String, Function<List<Tensor>, Tensor>> NORMS = Map.of(
            "norm",
            p -> ClipGrad.clipGradNorm_(p, 1.5),
            "norm above",
            p -> ClipGrad.clipGradNorm_(p, 100),
            "norm 1",
            p -> ClipGrad.clipGradNorm_(p, 2, 1, true),
            "norm 3",
            p -> ClipGrad.clipGradNorm_(p, 0.5, 3, false),
            "norm inf",
            p -> ClipGrad.clipGradNorm_(p, 0.3, Double.POSITIVE_INFINITY, false));

    static Set<String> names() {
        return ROWS.keySet();
    }

    private static List<Tensor> params(DType dtype) {
        List<Tensor> params = new ArrayList<>();
        for (Shape shape : List.of(Shape.of(12), Shape.of(3, 4), Shape.of(1))) {
            Tensor p = Tensor.zeros(dtype, shape.toArray()).requiresGrad_();
            p.setGrad(Fixtures.weights(shape, 5, 13, 6)
                    .mul((params.size() + 1) / 2.0)
                    .to(dtype));
            params.add(p);
        }
        params.add(Tensor.zeros(dtype, 2).requiresGrad_());
        return params;
    }

    @ParameterizedTest
    @MethodSource("names")
    void clip_threeGradients_asPyTorch(String name) {
        for (DType dtype : List.of(DType.F64, DType.F32)) {
            double tolerance = dtype == DType.F64 ? 1e-14 : 1e-6;
            List<Tensor> params = params(dtype);
            if (name.equals("value")) {
                ClipGrad.clipGradValue_(params, 0.75);
            } else {
                Tensor total = NORMS.get(name).apply(params);
                assertEquals(dtype, total.dtype());
                assertEquals(ROWS.get(name).get("total").doubles()[0], total.item(), tolerance * 10, name);
            }
            for (int i = 0; i < 3; i++) {
                double[] expected = ROWS.get(name).all("grad").get(i).doubles();
                assertArrayEquals(expected, params.get(i).grad().toDoubleArray(), tolerance, name);
            }
        }
    }

    @Test
    void clip_notFinite_isRefusedOnlyIfAsked() {
        Tensor p = Tensor.zeros(DType.F64, 2).requiresGrad_();
        p.setGrad(Tensor.of(Double.POSITIVE_INFINITY, 1));
        var thrown = assertThrows(IllegalStateException.class, () -> ClipGrad.clipGradNorm_(List.of(p), 1, 2, true));
        assertEquals("clipGradNorm_: the norm of the gradients is Infinity", thrown.getMessage());
        assertArrayEquals(new double[] {Double.POSITIVE_INFINITY, 1}, p.grad().toDoubleArray());
        ClipGrad.clipGradNorm_(List.of(p), 1);
        assertArrayEquals(new double[] {Double.NaN, 0}, p.grad().toDoubleArray());
    }

    @Test
    void clip_withoutGradients_isZero() {
        assertEquals(0, ClipGrad.clipGradNorm_(List.of(Tensor.zeros(2)), 1).item());
        var negative = assertThrows(IllegalArgumentException.class, () -> ClipGrad.clipGradNorm_(List.of(), -1));
        assertEquals("clipGradNorm_: maxNorm is negative: -1.0", negative.getMessage());
    }
}
