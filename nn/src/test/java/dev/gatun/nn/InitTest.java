package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.Init.FanMode;
import dev.gatun.nn.Init.Nonlinearity;
import org.junit.jupiter.api.Test;

class InitTest {
    /** out 80, in 20, field 3: fan in 60, fan out 240. */
    private static Tensor weight() {
        return Tensor.empty(80, 20, 3);
    }

    @Test
    void calculateGain_each_isPyTorchs() {
        assertEquals(1, Init.calculateGain(Nonlinearity.LINEAR));
        assertEquals(1, Init.calculateGain(Nonlinearity.SIGMOID));
        assertEquals(5.0 / 3, Init.calculateGain(Nonlinearity.TANH));
        assertEquals(Math.sqrt(2), Init.calculateGain(Nonlinearity.RELU));
        assertEquals(Math.sqrt(2 / (1 + 1e-4)), Init.calculateGain(Nonlinearity.LEAKY_RELU));
        assertEquals(Math.sqrt(2 / 1.04), Init.calculateGain(Nonlinearity.LEAKY_RELU, 0.2));
        assertEquals(0.75, Init.calculateGain(Nonlinearity.SELU));
    }

    @Test
    void kaimingUniform_eachFan_fillsItsBounds() {
        assertBound(Math.sqrt(6.0 / 60), Init.kaimingUniform_(weight()));
        assertBound(Math.sqrt(6.0 / 240), Init.kaimingUniform_(weight(), 0, FanMode.FAN_OUT, Nonlinearity.RELU));
        assertBound(
                Math.sqrt(1.0 / 60),
                Init.kaimingUniform_(weight(), Math.sqrt(5), FanMode.FAN_IN, Nonlinearity.LEAKY_RELU));
    }

    @Test
    void xavierUniform_gain_fillsItsBounds() {
        assertBound(Math.sqrt(6.0 / 300), Init.xavierUniform_(weight()));
        assertBound(2 * Math.sqrt(6.0 / 300), Init.xavierUniform_(weight(), 2));
    }

    @Test
    void normalOnes_each_haveTheirDeviation() {
        assertDeviation(Math.sqrt(2.0 / 60), Init.kaimingNormal_(weight()));
        assertDeviation(Math.sqrt(1.0 / 240), Init.kaimingNormal_(weight(), 0, FanMode.FAN_OUT, Nonlinearity.LINEAR));
        assertDeviation(Math.sqrt(2.0 / 300), Init.xavierNormal_(weight()));
        assertDeviation(0.5, Init.normal_(weight(), 0, 0.5));
    }

    @Test
    void constants_each_fillAParameterWithoutRecording() {
        Tensor parameter = weight().requiresGrad_(true);
        assertSame(parameter, Init.constant_(parameter, 3));
        assertEquals(3, parameter.min().item());
        assertEquals(1, Init.ones_(parameter).max().item());
        assertEquals(0, Init.zeros_(parameter).max().item());
        assertTrue(parameter.isLeaf() && parameter.requiresGrad());
    }

    @Test
    void fans_ofAVector_areRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> Init.xavierNormal_(Tensor.empty(7)));
        assertEquals("xavierNormal_: fans need at least two dimensions: tensor f32[7]", e.getMessage());
    }

    private static void assertBound(double bound, Tensor values) {
        double max = values.abs().max().item();
        assertTrue(max <= bound && max > 0.98 * bound, "bound " + bound + ", found " + max);
        assertEquals(0, values.mean().item(), 0.05 * bound);
    }

    private static void assertDeviation(double std, Tensor values) {
        double found = Math.sqrt(values.square().mean().item());
        assertEquals(std, found, 0.05 * std);
        assertEquals(0, values.mean().item(), 0.06 * std);
    }
}
