package dev.gatun.testing.kernels;

import dev.gatun.runtime.DType;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.kernels.Kernels;
import dev.gatun.testing.Elements;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.naive.NaiveNormalize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Normalisation. Operands are contiguous, so that families of layouts do not apply. */
abstract class NormalizeContract extends FamilyContract {
    private static final double EPS = 1e-3;
    private static final double MOMENTUM = 0.25;

    NormalizeContract(Backend on) {
        super(on);
    }

    static List<Family> families() {
        return List.of(
                Family.ORDINARY, Family.ZERO_SIZE, Family.SIZE_ONE, Family.ODD_SIZES, Family.LARGE, Family.NOT_FINITE);
    }

    private static List<long[]> shapes(Family family) {
        return switch (family) {
            case ZERO_SIZE -> List.of(new long[] {3, 0}, new long[] {3, 0, 2});
            case SIZE_ONE -> List.of(new long[] {2, 1}, new long[] {1, 1, 2});
            case ODD_SIZES ->
                List.of(new long[] {5, 7}, new long[] {3, 17}, new long[] {33, 65}, new long[] {2, 3, 31}, new long[] {
                    3, 5, 7, 9
                });
            default -> List.of(new long[] {32, 32}, new long[] {4, 6, 5, 5});
        };
    }

    @ParameterizedTest
    @MethodSource("families")
    void batchNorm_inBothModes_matchesNaive(Family family) {
        for (DType dtype : FLOATS) {
            for (long[] shape : shapes(family)) {
                checkBatchNorm(dtype, family, shape, true);
                checkBatchNorm(dtype, family, shape, false);
            }
        }
        saw("Normalize.batchNorm", "batchNorm", family);
        saw("Normalize.batchNormGrad", "batchNorm", family);
    }

    private void checkBatchNorm(DType dtype, Family family, long[] shape, boolean training) {
        String what = "batchNorm of " + Form.dense(shape).layout().shape() + " in " + dtype;
        Form channels = Form.dense(shape[1]);
        NdArray x = operand(dtype, Form.dense(shape), family, 111);
        NdArray weight = operand(dtype, channels, Family.ORDINARY, 112);
        NdArray bias = operand(dtype, channels, Family.ORDINARY, 113);
        double[] before = new double[(int) shape[1]];
        java.util.Arrays.fill(before, 0.75);
        NdArray runningMean = dense(dtype, before, shape[1]);
        NdArray runningVar = dense(dtype, before, shape[1]);
        NdArray y = output(dtype, Form.dense(shape));
        NdArray mean = output(dtype, channels);
        NdArray invstd = output(dtype, channels);
        NaiveNormalize naive = NaiveNormalize.batchNorm(shape, Elements.doubles(x), training, before, before, EPS);
        var args = new Kernels.Normalize.BatchNorm(training, MOMENTUM, EPS);
        kernels().normalize().batchNorm(args, x, weight, bias, runningMean, runningVar, y, mean, invstd);
        double[] ws = Elements.doubles(weight);
        Tolerance near = Tolerance.of(dtype, 64);
        near.check(naive.mean(), Elements.doubles(mean), naive.magnitudes(naive.mean()), what + " mean");
        near.check(naive.invstd(), Elements.doubles(invstd), what + " 1/std");
        double[] value = naive.forward(ws, Elements.doubles(bias));
        near.check(value, Elements.doubles(y), naive.scales(ws), what);
        if (training) {
            near.check(
                    naive.moved(naive.mean(), before, MOMENTUM),
                    Elements.doubles(runningMean),
                    naive.magnitudes(naive.mean()),
                    what + " running mean");
            near.check(
                    naive.moved(naive.unbiased(), before, MOMENTUM),
                    Elements.doubles(runningVar),
                    what + " running variance");
        }

        NdArray dy = operand(dtype, Form.dense(shape), Family.ORDINARY, 114);
        double[] gs = Elements.doubles(dy);
        NdArray dx = output(dtype, Form.dense(shape));
        NdArray dweight = output(dtype, channels);
        NdArray dbias = output(dtype, channels);
        kernels().normalize().batchNormGrad(training, x, weight, mean, invstd, dy, dx, dweight, dbias);
        Tolerance wide = near.times(16);
        wide.check(naive.gradInput(ws, gs, training), Elements.doubles(dx), naive.scales(ws), what + " gradient of x");
        double[] sums = naive.gradWeight(gs);
        wide.check(sums, Elements.doubles(dweight), naive.counts(sums), what + " gradient of weight");
        sums = naive.gradBias(gs);
        wide.check(sums, Elements.doubles(dbias), naive.counts(sums), what + " gradient of bias");
    }

    @Test
    void batchNorm_manyChannels_sameBitsForAnyThreads() {
        for (long[] shape : List.of(new long[] {500, 200}, new long[] {16, 24, 20, 20})) {
            NdArray x = operand(DType.F32, Form.dense(shape), Family.ORDINARY, 115);
            NdArray dy = operand(DType.F32, Form.dense(shape), Family.ORDINARY, 116);
            NdArray mean = output(DType.F32, Form.dense(shape[1]));
            NdArray invstd = output(DType.F32, Form.dense(shape[1]));
            var args = new Kernels.Normalize.BatchNorm(true, MOMENTUM, EPS);
            checkThreads("batchNorm", () -> {
                NdArray y = output(DType.F32, Form.dense(shape));
                kernels().normalize().batchNorm(args, x, null, null, null, null, y, mean, invstd);
                return y;
            });
            checkThreads("batchNorm gradient", () -> {
                NdArray dx = output(DType.F32, Form.dense(shape));
                kernels().normalize().batchNormGrad(true, x, null, mean, invstd, dy, dx, null, null);
                return dx;
            });
        }
    }
}
