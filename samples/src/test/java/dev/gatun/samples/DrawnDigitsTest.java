package dev.gatun.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.nn.data.TensorDataset;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class DrawnDigitsTest {
    @Test
    void draw_anyCount_hasMnistsShapesAndRange() {
        TensorDataset digits = new DrawnDigits(777).draw(25);
        assertEquals(Shape.of(25, 1, 28, 28), digits.data().shape());
        assertEquals(DType.F32, digits.data().dtype());
        assertEquals(DType.I64, digits.target().dtype());
        assertEquals(0, digits.data().min().item());
        assertTrue(digits.data().max().item() > 0.7);
        assertTrue(digits.data().max().item() <= 1);
        long[] labels = digits.target().toLongArray();
        for (int i = 0; i < labels.length; i++) {
            assertEquals(i % 10, labels[i]);
        }
    }

    @Test
    void draw_sameSeed_drawsTheSame() {
        assertArrayEquals(pixels(new DrawnDigits(7)), pixels(new DrawnDigits(7)));
        assertFalse(Arrays.equals(pixels(new DrawnDigits(7)), pixels(new DrawnDigits(8))));
    }

    @Test
    void draw_again_drawsOthers() {
        DrawnDigits pen = new DrawnDigits(7);
        assertFalse(Arrays.equals(pixels(pen), pixels(pen)));
    }

    private static float[] pixels(DrawnDigits pen) {
        return pen.draw(10).data().toFloatArray();
    }
}
