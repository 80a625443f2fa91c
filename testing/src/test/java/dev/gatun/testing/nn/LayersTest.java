package dev.gatun.testing.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.GradMode;
import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Init;
import dev.gatun.nn.Init.FanMode;
import dev.gatun.nn.Init.Nonlinearity;
import dev.gatun.nn.Linear;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import dev.gatun.runtime.random.Generator;
import dev.gatun.testing.Tolerance;
import dev.gatun.testing.fixtures.Fixtures;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Linear's values and gradients, and the spread of initialisers, against PyTorch's. */
class LayersTest {
    private static final Map<String, Fixtures.Row> LINEAR = Fixtures.rows("linear.txt");

    private static final Map<String, UnaryOperator<Tensor>> INITS = Map.of(
            "kaimingUniform", Init::kaimingUniform_,
            "kaimingUniform-fanOut-relu", x -> Init.kaimingUniform_(x, 0, FanMode.FAN_OUT, Nonlinearity.RELU),
            "kaimingUniform-sqrt5", x -> Init.kaimingUniform_(x, Math.sqrt(5), FanMode.FAN_IN, Nonlinearity.LEAKY_RELU),
            "kaimingNormal", Init::kaimingNormal_,
            "kaimingNormal-fanOut-tanh", x -> Init.kaimingNormal_(x, 0, FanMode.FAN_OUT, Nonlinearity.TANH),
            "xavierUniform", Init::xavierUniform_,
            "xavierUniform-gain", x -> Init.xavierUniform_(x, 5.0 / 3),
            "xavierNormal", Init::xavierNormal_,
            "linear-weight", x -> new Linear(x.size(1), x.size(0)).weight().detach(),
            "linear-bias",
                    x -> new Linear(x.size(1), x.count()).bias().orElseThrow().detach());

    static Set<String> linearNames() {
        return LINEAR.keySet();
    }

    @ParameterizedTest
    @MethodSource("linearNames")
    void linear_forwardAndBackward_matchPyTorch(String name) {
        try (Scope scope = Scope.open()) {
            Fixtures.Row row = LINEAR.get(name);
            Tensor x = row.get("in").tensor().requiresGrad_();
            int in = (int) x.size(1);
            int out = (int) row.get("out").shape().size(1);
            Linear layer = new Linear(in, out);
            try (GradMode off = GradMode.noGrad()) {
                layer.weight().copy_(Fixtures.scattered(out * in).view(out, in));
                layer.bias()
                        .orElseThrow()
                        .copy_(Fixtures.scattered(out).to(DType.F32).add(0.25));
            }
            Tensor y = layer.forward(x);
            check(row.get("out"), y, in);
            y.mul(Fixtures.weights(y.shape(), 5, 13, 6).to(DType.F32)).sum().backward();
            check(row.get("x"), x.grad(), out);
            check(row.get("weight"), layer.weight().grad(), x.size(0));
            check(row.get("bias"), layer.bias().orElseThrow().grad(), x.size(0));
        }
    }

    private static void check(Fixtures.Values expected, Tensor actual, long length) {
        assertEquals(expected.shape(), actual.shape());
        double[] values = expected.doubles();
        double[] magnitudes = new double[values.length];
        Arrays.fill(magnitudes, Arrays.stream(values).map(Math::abs).max().orElse(0));
        Tolerance.of(DType.F32, length).check(values, actual.detach().toDoubleArray(), magnitudes, expected.key());
    }

    @Test
    void init_everyInitialiser_spreadsAsPyTorchs() {
        Generator.global().manualSeed(1);
        int checked = 0;
        for (String line : Fixtures.lines("inits.txt")) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("init")) {
                checkSpread(words, Long.parseLong(words[2]), Long.parseLong(words[3]));
                checked++;
            } else {
                Nonlinearity kind = Nonlinearity.valueOf(words[1].toUpperCase(Locale.ROOT));
                double gain = words[2].equals("-")
                        ? Init.calculateGain(kind)
                        : Init.calculateGain(kind, Double.parseDouble(words[2]));
                assertEquals(Double.parseDouble(words[3]), gain, 1e-15, line);
            }
        }
        assertEquals(2 * INITS.size(), checked);
    }

    private static void checkSpread(String[] words, long rows, long columns) {
        try (Scope scope = Scope.open()) {
            double[] drawn =
                    INITS.get(words[1]).apply(Tensor.empty(rows, columns)).toDoubleArray();
            String what = String.join(" ", words);
            double std = Double.parseDouble(words[5]);
            double largest = Double.parseDouble(words[6]);
            double mean = Arrays.stream(drawn).average().orElseThrow();
            double square = Arrays.stream(drawn).map(v -> v * v).average().orElseThrow();
            double most = Arrays.stream(drawn).map(Math::abs).max().orElseThrow();
            assertEquals(0, mean, std * 0.02, what);
            assertEquals(std, Math.sqrt(square), std * 0.02, what);
            boolean normal = words[1].contains("Normal");
            assertTrue(Math.abs(most / largest - 1) < (normal ? 0.3 : 0.001), what + ": largest is " + most);
        }
    }
}
