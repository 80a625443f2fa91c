package dev.gatun.samples;

import dev.gatun.autograd.Tensor;
import dev.gatun.nn.data.TensorDataset;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * Draws digits as a pen would: the strokes of each are moved, turned, slanted, stretched, made thick or thin, and noise
 * is laid over them. They look like MNIST's from afar and are much easier, so their accuracy must not be taken for
 * MNIST's. The same seed draws the same digits on every machine.
 */
final class DrawnDigits {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final int WHITE = 255;
    private static final int ARC_POINTS = 13;

    /** The strokes of each digit; each is x, y, x, y, ... from 0 to 1, rightwards and down. */
    private static final List<List<double[]>> STROKES = List.of(
            List.of(arc(0.5, 0.5, 0.3, 0.45, 0, 360)),
            List.of(line(0.35, 0.22, 0.55, 0.05, 0.55, 0.95)),
            List.of(join(arc(0.5, 0.31, 0.3, 0.26, -170, 40), line(0.2, 0.95, 0.82, 0.95))),
            List.of(arc(0.45, 0.28, 0.3, 0.23, -150, 90), arc(0.45, 0.73, 0.33, 0.22, -90, 150)),
            List.of(line(0.65, 0.95, 0.65, 0.05, 0.15, 0.65, 0.88, 0.65)),
            List.of(join(line(0.8, 0.05, 0.28, 0.05, 0.25, 0.47), arc(0.46, 0.67, 0.33, 0.28, -120, 150))),
            List.of(line(0.7, 0.05, 0.45, 0.2, 0.28, 0.45, 0.22, 0.7), arc(0.5, 0.7, 0.28, 0.25, 0, 360)),
            List.of(line(0.15, 0.07, 0.85, 0.07, 0.42, 0.95)),
            List.of(arc(0.5, 0.27, 0.24, 0.21, 0, 360), arc(0.5, 0.72, 0.3, 0.23, 0, 360)),
            List.of(arc(0.48, 0.3, 0.27, 0.25, 0, 360), line(0.75, 0.3, 0.72, 0.65, 0.6, 0.95)));

    private final SplittableRandom random;

    /**
     * A pen.
     *
     * @param seed of all that differs from digit to digit
     */
    DrawnDigits(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Draws on: each call gives other digits.
     *
     * @param count how many; each digit comes as often as every other, give or take one
     * @return data F32 [count, 1, 28, 28] in 0..1, targets I64 [count] in 0..9
     */
    TensorDataset draw(int count) {
        byte[] pixels = new byte[count * SIDE * SIDE];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            int digit = i % CLASSES;
            labels[i] = digit;
            drawOne(STROKES.get(digit), pixels, i * SIDE * SIDE);
        }
        try (var temporaries = Scope.open()) {
            Tensor data = Tensor.of(pixels).to(DType.F32).div_(WHITE).view(count, 1, SIDE, SIDE);
            return new TensorDataset(data, Tensor.of(labels));
        }
    }

    private void drawOne(List<double[]> strokes, byte[] pixels, int from) {
        Hand hand = Hand.of(random);
        double radius = between(0.7, 1.5);
        double ink = between(0.75, 1);
        double[] squares = new double[SIDE * SIDE]; // of each pixel's distance to the nearest stroke
        Arrays.fill(squares, Double.POSITIVE_INFINITY);
        for (double[] stroke : strokes) {
            double[] points = hand.place(stroke);
            for (int i = 0; i + 3 < points.length; i += 2) {
                approach(squares, points[i], points[i + 1], points[i + 2], points[i + 3], radius + 0.5);
            }
        }
        for (int i = 0; i < squares.length; i++) {
            double cover = Math.clamp(radius + 0.5 - Math.sqrt(squares[i]), 0.0, 1.0);
            double value = Math.clamp(ink * cover + between(-0.1, 0.1), 0.0, 1.0);
            pixels[from + i] = (byte) Math.round(WHITE * value);
        }
    }

    private double between(double low, double high) {
        return random.nextDouble(low, high);
    }

    /** Takes one straight piece of a stroke, from a to b, into the squares of all pixels that it reaches. */
    private static void approach(double[] squares, double ax, double ay, double bx, double by, double reach) {
        double dx = bx - ax;
        double dy = by - ay;
        double perSquare = 1 / (dx * dx + dy * dy);
        int top = pixel(Math.min(ay, by) - reach);
        int bottom = pixel(Math.max(ay, by) + reach);
        int left = pixel(Math.min(ax, bx) - reach);
        int right = pixel(Math.max(ax, bx) + reach);
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                double x = column + 0.5 - ax;
                double y = row + 0.5 - ay;
                double along = Math.clamp((x * dx + y * dy) * perSquare, 0.0, 1.0);
                double ex = x - along * dx;
                double ey = y - along * dy;
                int at = row * SIDE + column;
                squares[at] = Math.min(squares[at], ex * ex + ey * ey);
            }
        }
    }

    private static int pixel(double place) {
        return Math.clamp((long) Math.floor(place), 0, SIDE - 1);
    }

    private static double[] line(double... points) {
        return points;
    }

    /** Part of an ellipse, in degrees, clockwise from its right end. */
    private static double[] arc(double x, double y, double radiusX, double radiusY, double from, double to) {
        double[] points = new double[2 * ARC_POINTS];
        for (int i = 0; i < ARC_POINTS; i++) {
            double angle = StrictMath.toRadians(from + (to - from) * i / (ARC_POINTS - 1));
            points[2 * i] = x + radiusX * StrictMath.cos(angle);
            points[2 * i + 1] = y + radiusY * StrictMath.sin(angle);
        }
        return points;
    }

    private static double[] join(double[] first, double[] then) {
        return DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(then))
                .toArray();
    }

    /** How one digit lies on the paper: the linear map of the unit square's middle, then the middle's place in pixels. */
    private record Hand(double xx, double xy, double yx, double yy, double x, double y) {
        static Hand of(SplittableRandom random) {
            double width = random.nextDouble(13, 20);
            double height = random.nextDouble(16, 21);
            double slant = random.nextDouble(-0.3, 0.3);
            double angle = random.nextDouble(-0.25, 0.25);
            double cos = StrictMath.cos(angle);
            double sin = StrictMath.sin(angle);
            double middle = SIDE / 2.0;
            return new Hand(
                    width * cos,
                    -height * (slant * cos + sin),
                    width * sin,
                    height * (cos - slant * sin),
                    middle + random.nextDouble(-2.5, 2.5),
                    middle + random.nextDouble(-2.5, 2.5));
        }

        double[] place(double[] stroke) {
            double[] placed = new double[stroke.length];
            for (int i = 0; i < stroke.length; i += 2) {
                double across = stroke[i] - 0.5;
                double down = stroke[i + 1] - 0.5;
                placed[i] = x + xx * across + xy * down;
                placed[i + 1] = y + yx * across + yy * down;
            }
            return placed;
        }
    }
}
