package dev.gatun.autograd.ops;

import dev.gatun.autograd.Tensor;
import dev.gatun.autograd.ops.Interpolation.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Images resized and rearranged. The counterparts are those of {@code torch.nn.functional}, as {@code F.interpolate}.
 *
 * {@snippet :
 * Tensor image = Tensor.rand(1, 3, 32, 48);
 * System.out.println(Image.interpolate(image, Interpolation.toSize(64, 64).linear(false)).shape()); // [1, 3, 64, 64]
 * }
 */
public final class Image {
    /** What Java's arrays of places hold at ease. */
    private static final long MOST_SIDE = 1L << 27;

    private static final int TAPS = 4; // elements that a cubic goes through
    private static final double CUBIC_SLOPE = -0.75; // PyTorch's, of the cubic one element away

    private Image() {}

    /**
     * Resized images; one dimension after the other, since what lies between elements is a product of lines. {@code
     * F.interpolate} with {@code nearest}, {@code linear}, {@code bilinear}, {@code trilinear} and {@code bicubic}.
     *
     * @param x [n, channels, *] with one to three spatial dimensions, F32 or F64
     * @param to what size, and how
     * @return [n, channels, *]
     * @throws IllegalArgumentException if dtype or rank do not fit, or a result would be empty
     */
    public static Tensor interpolate(Tensor x, Interpolation to) {
        Checks.floating("interpolate", x);
        Checks.require(x.rank() >= 3 && x.rank() <= 5, "interpolate", "x is not [n, channels, *]", x);
        int rank = x.rank() - 2;
        Checks.require(to.mode() != Mode.CUBIC || rank == 2, "interpolate", "cubic takes [n, channels, h, w]", x);
        List<Double> factors = to.scaleFactor();
        if (!factors.isEmpty() && factors.size() != 1 && factors.size() != rank) {
            throw new IllegalArgumentException("interpolate: scaleFactor is one number or " + rank + ": " + factors);
        }
        long[] sizes = to.size().isEmpty() ? new long[rank] : PerDim.spread("interpolate", "size", to.size(), rank);
        Tensor y = x;
        for (int d = rank - 1; d >= 0; d--) {
            long in = x.size(d + 2);
            Checks.require(in > 0, "interpolate", "a spatial size is 0", x);
            double factor = 0;
            if (!factors.isEmpty()) {
                factor = factors.get(factors.size() == 1 ? 0 : d);
                sizes[d] = (long) Math.floor((double) in * factor);
                Checks.require(sizes[d] > 0, "interpolate", "nothing is left", x);
            }
            Checks.require(sizes[d] <= MOST_SIDE, "interpolate", "a size is too large", x);
            // A factor that was given is used as it is, though the size was rounded.
            double step = factor > 0 ? 1 / factor : (double) in / (double) sizes[d];
            y = switch (to.mode()) {
                case NEAREST -> nearest(y, d + 2, sizes[d], step);
                case LINEAR -> linear(y, d + 2, sizes[d], step, to.alignCorners());
                case CUBIC -> cubic(y, d + 2, sizes[d], step, to.alignCorners());
            };
        }
        return y == x ? x.clone() : y;
    }

    private static Tensor nearest(Tensor x, int dim, long size, double step) {
        long in = x.size(dim);
        long[] places = new long[Math.toIntExact(size)];
        Arrays.setAll(places, i -> Math.min((long) Math.floor(i * step), in - 1));
        return Index.indexSelect(x, dim, Tensor.of(places).to(x.device()));
    }

    private static Tensor linear(Tensor x, int dim, long size, double step, boolean aligned) {
        long in = x.size(dim);
        if (size == in && (aligned || step == 1)) {
            return x;
        }
        double stride = aligned ? alignedStep(in, size) : step;
        long[] below = new long[Math.toIntExact(size)];
        long[] above = new long[below.length];
        double[] share = new double[below.length];
        for (int i = 0; i < below.length; i++) {
            double at = aligned ? i * stride : Math.max(0, (i + 0.5) * stride - 0.5);
            below[i] = Math.min((long) at, in - 1);
            above[i] = Math.min(below[i] + 1, in - 1);
            share[i] = at - below[i];
        }
        Tensor weight = along(share, x, dim);
        Tensor low = Index.indexSelect(x, dim, Tensor.of(below).to(x.device()));
        Tensor high = Index.indexSelect(x, dim, Tensor.of(above).to(x.device()));
        return low.mul(weight.rsub(1)).add(high.mul(weight));
    }

    /** How far apart results lie where the first and the last are the input's. */
    private static double alignedStep(long in, long size) {
        return size > 1 ? (double) (in - 1) / (double) (size - 1) : 0;
    }

    /** Numbers along one dimension, to be multiplied by x. */
    private static Tensor along(double[] numbers, Tensor x, int dim) {
        long[] column = new long[x.rank() - dim];
        Arrays.fill(column, 1);
        column[0] = numbers.length;
        return Tensor.of(numbers).to(x.device(), x.dtype()).view(column);
    }

    private static Tensor cubic(Tensor x, int dim, long size, double step, boolean aligned) {
        long in = x.size(dim);
        double stride = aligned ? alignedStep(in, size) : step;
        long[][] places = new long[TAPS][Math.toIntExact(size)];
        double[][] shares = new double[TAPS][places[0].length];
        for (int i = 0; i < size; i++) {
            double at = aligned ? i * stride : (i + 0.5) * stride - 0.5;
            double floor = Math.floor(at);
            for (int k = 0; k < TAPS; k++) {
                double place = floor + k - 1;
                places[k][i] = Math.clamp((long) place, 0, in - 1);
                shares[k][i] = cubicShare(Math.abs(at - place));
            }
        }
        Tensor y = null;
        for (int k = 0; k < TAPS; k++) {
            Tensor part = Index.indexSelect(x, dim, Tensor.of(places[k]).to(x.device()))
                    .mul(along(shares[k], x, dim));
            y = y == null ? part : y.add(part);
        }
        return Objects.requireNonNull(y);
    }

    /** The share of an element so far away, below 2: Keys 1981. */
    private static double cubicShare(double away) {
        return away <= 1
                ? ((CUBIC_SLOPE + 2) * away - (CUBIC_SLOPE + 3)) * away * away + 1
                : ((CUBIC_SLOPE * away - 5 * CUBIC_SLOPE) * away + 8 * CUBIC_SLOPE) * away - 4 * CUBIC_SLOPE;
    }

    /**
     * Channels spread over space: [*, c r r, h, w] to [*, c, h r, w r]. {@code F.pixel_shuffle}.
     *
     * @param x any dtype
     * @param upscaleFactor r, at least 1
     * @return the images
     * @throws IllegalArgumentException if x has fewer than three dimensions or r r does not divide its channels
     */
    public static Tensor pixelShuffle(Tensor x, long upscaleFactor) {
        checkFactor("pixelShuffle", x, upscaleFactor);
        long squared = upscaleFactor * upscaleFactor;
        Checks.require(x.size(-3) % squared == 0, "pixelShuffle", squared + " does not divide the channels", x);
        List<Long> leading = leading(x);
        Tensor parts = View.reshape(
                x, sizes(leading, x.size(-3) / squared, upscaleFactor, upscaleFactor, x.size(-2), x.size(-1)));
        return View.reshape(
                permuted(parts, leading.size(), 0, 3, 1, 4, 2),
                sizes(leading, x.size(-3) / squared, x.size(-2) * upscaleFactor, x.size(-1) * upscaleFactor));
    }

    /**
     * Space gathered into channels: [*, c, h r, w r] to [*, c r r, h, w]. {@code F.pixel_unshuffle}.
     *
     * @param x any dtype
     * @param downscaleFactor r, at least 1
     * @return the images
     * @throws IllegalArgumentException if x has fewer than three dimensions or r does not divide its last two sizes
     */
    public static Tensor pixelUnshuffle(Tensor x, long downscaleFactor) {
        checkFactor("pixelUnshuffle", x, downscaleFactor);
        Checks.require(
                x.size(-2) % downscaleFactor == 0 && x.size(-1) % downscaleFactor == 0,
                "pixelUnshuffle",
                downscaleFactor + " does not divide the last two sizes",
                x);
        List<Long> leading = leading(x);
        long height = x.size(-2) / downscaleFactor;
        long width = x.size(-1) / downscaleFactor;
        Tensor parts = View.reshape(x, sizes(leading, x.size(-3), height, downscaleFactor, width, downscaleFactor));
        return View.reshape(
                permuted(parts, leading.size(), 0, 2, 4, 1, 3),
                sizes(leading, x.size(-3) * downscaleFactor * downscaleFactor, height, width));
    }

    private static void checkFactor(String op, Tensor x, long factor) {
        Checks.require(x.rank() >= 3, op, "x is not [*, channels, h, w]", x);
        if (factor < 1 || factor > 1 << 15) {
            throw new IllegalArgumentException(op + ": the factor is outside 1.." + (1 << 15) + ": " + factor);
        }
    }

    private static List<Long> leading(Tensor x) {
        return Arrays.stream(x.shape().toArray()).limit(x.rank() - 3).boxed().toList();
    }

    private static long[] sizes(List<Long> leading, long... last) {
        List<Long> all = new ArrayList<>(leading);
        Arrays.stream(last).forEach(all::add);
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    /** The dimensions behind the leading ones in another order. */
    private static Tensor permuted(Tensor x, int leading, int... order) {
        int[] all = new int[leading + order.length];
        Arrays.setAll(all, i -> i < leading ? i : leading + order[i - leading]);
        return View.permute(x, all);
    }
}
