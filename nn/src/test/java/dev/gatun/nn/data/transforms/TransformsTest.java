package dev.gatun.nn.data.transforms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.random.Generator;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TransformsTest {
    /** [1, h, w] of 0, 1, 2, ... */
    private static Tensor image(int height, int width) {
        return Tensor.arange((long) height * width).to(DType.F32).view(1, height, width);
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void toTensor_bytes_areScaledWithChannelsFirst() {
        Tensor bytes = Tensor.of(new byte[][][] {{{0, 51, (byte) 255}, {102, 0, 0}}}); // [1, 2, 3]
        Tensor x = new ToTensor().apply(bytes);
        assertEquals(Shape.of(3, 1, 2), x.shape());
        assertEquals(DType.F32, x.dtype());
        assertArrayEquals(new float[] {0, 0.4f, 0.2f, 0, 1, 0}, x.toFloatArray());
        assertEquals(
                Shape.of(1, 2, 2),
                new ToTensor().apply(Tensor.zeros(DType.U8, 2, 2)).shape());
        Tensor floats = Tensor.of(new float[][][] {{{1, 2}, {3, 400}}});
        assertArrayEquals(
                new float[] {1, 3, 2, 400}, new ToTensor().apply(floats).toFloatArray());
        assertMessage(
                "toTensor: x is not [h, w] or [h, w, channels]: u8[4]",
                () -> new ToTensor().apply(Tensor.zeros(DType.U8, 4)));
    }

    @Test
    void normalize_channels_takeTheirOwn() {
        Tensor x = Tensor.ones(2, 1, 2);
        Tensor y = new Normalize(new double[] {0.5, 1}, new double[] {0.5, 2}).apply(x);
        assertArrayEquals(new float[] {1, 1, 0, 0}, y.toFloatArray());
        assertArrayEquals(
                new float[] {1, 1, 1, 1}, new Normalize(0.5, 0.5).apply(x).toFloatArray());
        assertArrayEquals(new float[] {1, 1, 1, 1}, x.toFloatArray());
        Normalize three = new Normalize(new double[] {0.5, 0.5, 0.5}, new double[] {0.5, 0.5, 0.5});
        assertMessage("normalize: x is not [*, 3, h, w]: f32[1, 28, 28]", () -> three.apply(Tensor.zeros(1, 28, 28)));
        assertMessage(
                "normalize: takes f32 and f64, see ToTensor: u8[1, 2, 2]",
                () -> three.apply(Tensor.zeros(DType.U8, 1, 2, 2)));
        assertMessage(
                "normalize: takes a mean and a deviation other than 0 for each channel: mean [0.5], std [0.0]",
                () -> new Normalize(0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Normalize(new double[] {1, 2}, new double[] {1}));
    }

    @Test
    void resize_badInput_isRefused() {
        assertMessage("resize: a size is below 1: 0, 0", () -> new Resize(0));
        assertMessage("resize: a size is below 1: 3, -1", () -> new Resize(3, -1));
        assertMessage("resize: x is no image [*, h, w]: f32[3]", () -> new Resize(2).apply(Tensor.zeros(3)));
        assertMessage(
                "resize: x is no image [*, h, w]: f32[1, 0, 3]", () -> new Resize(2).apply(Tensor.zeros(1, 0, 3)));
        assertMessage(
                "resize: takes f32, f64 and u8: i64[4, 4]", () -> new Resize(2).apply(Tensor.zeros(DType.I64, 4, 4)));
        Tensor same = image(4, 4);
        assertSame(same, new Resize(4).apply(same));
    }

    @Test
    void centerCrop_oddRest_roundsAsPython() {
        assertArrayEquals(
                new float[] {5, 6, 9, 10}, new CenterCrop(2).apply(image(4, 4)).toFloatArray());
        // (5 - 2) / 2 = 1.5 becomes 2, (3 - 2) / 2 = 0.5 becomes 0.
        assertArrayEquals(
                new float[] {6, 7, 9, 10}, new CenterCrop(2).apply(image(5, 3)).toFloatArray());
        assertArrayEquals(
                new float[] {0, 0, 1, 0, 0, 2, 3, 0},
                new CenterCrop(2, 4)
                        .apply(Tensor.of(new float[][] {{0, 1}, {2, 3}}))
                        .toFloatArray());
        assertEquals(
                Shape.of(2, 3, 7),
                new CenterCrop(3, 7).apply(Tensor.zeros(2, 5, 4)).shape());
        assertMessage("centerCrop: a size is below 1: 0, 0", () -> new CenterCrop(0));
    }

    @Test
    void pad_oneTwoOrFourNumbers_goAround() {
        Tensor x = image(1, 1).add(5);
        assertEquals(Shape.of(1, 5, 5), new Pad(2).apply(x).shape());
        assertEquals(Shape.of(1, 5, 3), new Pad(1, 2).apply(x).shape());
        assertArrayEquals(
                new float[] {9, 9, 9, 5, 9, 9},
                new Pad(PadMode.CONSTANT, 9, 1, 1, 0, 1).apply(x).toFloatArray());
        assertMessage("pad: takes one, two or four numbers, none negative: [1, 2, 3]", () -> new Pad(1, 2, 3));
        assertMessage("pad: takes one, two or four numbers, none negative: []", () -> new Pad());
        assertMessage("pad: takes one, two or four numbers, none negative: [-1]", () -> new Pad(-1));
        assertThrows(IllegalArgumentException.class, () -> new Pad(PadMode.REFLECT, 0, 3).apply(image(2, 2)));
    }

    @Test
    void randomCrop_places_areAllPossibleOnes() {
        Set<String> seen = new HashSet<>();
        Generator draws = new Generator(4);
        for (int i = 0; i < 200; i++) {
            Tensor part = new RandomCrop(2).apply(image(3, 4), draws);
            seen.add(Arrays.toString(part.toFloatArray()));
        }
        assertEquals(6, seen.size());
        assertTrue(seen.contains("[0.0, 1.0, 4.0, 5.0]") && seen.contains("[6.0, 7.0, 10.0, 11.0]"));
    }

    @Test
    void randomCrop_tooSmall_isRefusedOrPadded() {
        RandomCrop.Options options = RandomCrop.Options.defaults();
        assertMessage(
                "randomCrop: the image is smaller than 5 x 5: f32[1, 4, 6]",
                () -> new RandomCrop(5).apply(image(4, 6)));
        Tensor padded = new RandomCrop(5, 5, options.withPadIfNeeded(true).withFill(-1)).apply(image(4, 6));
        assertEquals(Shape.of(1, 5, 5), padded.shape());
        assertEquals(-1, padded.min().item());
        Tensor mirrored =
                new RandomCrop(6, 6, options.withPadIfNeeded(true).withPaddingMode(PadMode.REFLECT)).apply(image(4, 6));
        // Two rows are mirrored at each side: 2 1 0 1 2 3 2 1. The crop begins at one of the first three.
        int[] rows = {2, 1, 0, 1, 2, 3, 2, 1};
        int first = 2 - Math.round(mirrored.toFloatArray()[0]) / 6;
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(
                    image(4, 6).select(1, rows[first + i]).toFloatArray(),
                    mirrored.select(1, i).toFloatArray());
        }
        Tensor around = new RandomCrop(6, 8, options.withPadding(new Pad(1))).apply(image(4, 6));
        assertEquals(0, around.select(1, 0).sum().item());
        assertMessage("randomCrop: a size is below 1: 1, 0", () -> new RandomCrop(1, 0, options));
    }

    @Test
    void randomHorizontalFlip_probabilities_areKept() {
        Tensor x = image(1, 3);
        assertArrayEquals(
                new float[] {2, 1, 0}, new RandomHorizontalFlip(1).apply(x).toFloatArray());
        assertSame(x, new RandomHorizontalFlip(0).apply(x));
        Generator draws = new Generator(1);
        int flips = 0;
        for (int i = 0; i < 1000; i++) {
            flips += new RandomHorizontalFlip(0.3).apply(x, draws) == x ? 0 : 1;
        }
        assertEquals(300.0, flips, 60.0);
        assertMessage("randomHorizontalFlip: p is outside 0..1: 1.5", () -> new RandomHorizontalFlip(1.5));
        assertMessage("randomHorizontalFlip: p is outside 0..1: NaN", () -> new RandomHorizontalFlip(Double.NaN));
    }

    @Test
    void compose_transforms_followOneAnother() {
        Transform both =
                new Compose(new Lambda(x -> x.add(1)), new Compose(new Lambda(x -> x.mul(3))), new CenterCrop(1));
        assertArrayEquals(new float[] {15}, both.apply(image(3, 3)).toFloatArray());
        Tensor x = image(2, 2);
        assertSame(x, new Compose().apply(x));
        assertEquals(
                "Compose(\n    ToTensor()\n    Normalize(mean=[0.5], std=[0.25])\n)",
                new Compose(new ToTensor(), new Normalize(0.5, 0.25)).toString());
    }

    @Test
    void makeGrid_grey_standsInRowsOfThreeChannels() {
        Tensor images = Tensor.arange(3).add(1).to(DType.F32).view(3, 1, 1, 1).expand(3, 1, 1, 2);
        Tensor grid = Grid.makeGrid(
                images, Grid.Options.defaults().withNrow(2).withPadding(1).withPadValue(9));
        assertEquals(Shape.of(3, 5, 7), grid.shape());
        float[] rows = {
            9, 9, 9, 9, 9, 9, 9, //
            9, 1, 1, 9, 2, 2, 9, //
            9, 9, 9, 9, 9, 9, 9, //
            9, 3, 3, 9, 9, 9, 9, //
            9, 9, 9, 9, 9, 9, 9
        };
        for (int channel = 0; channel < 3; channel++) {
            assertArrayEquals(rows, grid.select(0, channel).toFloatArray());
        }
    }

    @Test
    void makeGrid_defaults_areEightToARowTwoApart() {
        assertEquals(
                Shape.of(3, 2 + 2 * 30, 2 + 8 * 30),
                Grid.makeGrid(Tensor.zeros(16, 1, 28, 28)).shape());
        assertEquals(
                Shape.of(4, 2 + 7, 2 + 3 * 8),
                Grid.makeGrid(Tensor.zeros(3, 4, 5, 6)).shape());
        assertEquals(Shape.of(3, 5, 6), Grid.makeGrid(Tensor.zeros(1, 5, 6)).shape());
        assertEquals(Shape.of(3, 5, 6), Grid.makeGrid(Tensor.zeros(5, 6)).shape());
    }

    @Test
    void makeGrid_normalized_isBetween0And1() {
        Tensor images = Tensor.of(new float[][][][] {{{{-2, 2}}}, {{{0, 6}}}});
        Grid.Options flush = Grid.Options.defaults().withPadding(0).withNormalize(true);
        assertArrayEquals(
                new float[] {0, 0.5f, 0.25f, 1},
                Grid.makeGrid(images, flush).select(0, 0).toFloatArray());
        assertArrayEquals(
                new float[] {0, 1, 0, 1},
                Grid.makeGrid(images, flush.withScaleEach(true)).select(0, 0).toFloatArray());
        assertArrayEquals(
                new float[] {0, 1, 0.5f, 1},
                Grid.makeGrid(images, flush.withValueRange(-1, 1)).select(0, 0).toFloatArray());
        assertArrayEquals(
                new float[] {0, 0},
                Grid.makeGrid(Tensor.ones(1, 1, 2), flush).select(0, 0).toFloatArray());
        assertArrayEquals(new float[] {-2, 2}, images.select(0, 0).toFloatArray());
    }

    @Test
    void makeGrid_badInput_isRefused() {
        String takes = "makeGrid: takes images [n, channels, h, w], [channels, h, w] or [h, w]: ";
        assertMessage(takes + "f32[0, 1, 2, 2]", () -> Grid.makeGrid(Tensor.zeros(0, 1, 2, 2)));
        assertMessage(takes + "f32[4]", () -> Grid.makeGrid(Tensor.zeros(4)));
        assertMessage(
                "makeGrid: nrow is below 1, or padding below 0: nrow 0, padding 2",
                () -> Grid.Options.defaults().withNrow(0));
        assertMessage(
                "makeGrid: normalize takes f32 and f64: u8[1, 3, 2, 2]",
                () -> Grid.makeGrid(
                        Tensor.zeros(DType.U8, 1, 3, 2, 2),
                        Grid.Options.defaults().withNormalize(true)));
        assertMessage(
                "makeGrid: not a range: low 2.0, high 1.0",
                () -> Grid.Options.defaults().withValueRange(2, 1));
    }
}
