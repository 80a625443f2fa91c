package dev.gatun.bench.peers.ops;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.gatun.autograd.Tensor;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Scope;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Operands of one size, in both libraries; they end with it. */
final class Inputs implements AutoCloseable {
    private static final long SEED = 20_260_101;
    /** The side of a small matrix, of which a batch is made; a smaller size is a single one. */
    private static final int SMALL = 16;

    private final Scope scope = Scope.open();
    private final NDManager manager;
    private final Random random = new Random(SEED);
    private final int size;
    private final int side;

    /** Operands of so many elements, a power of 4. */
    Inputs(NDManager base, int size) {
        this.manager = base.newSubManager();
        this.size = size;
        this.side = (int) Math.sqrt(size);
    }

    /** How many elements an operand has. */
    int size() {
        return size;
    }

    /** How many rows and columns a matrix of that size has. */
    int side() {
        return side;
    }

    /** Whom the peer's arrays belong to. */
    PtNDManager manager() {
        return (PtNDManager) manager;
    }

    /** Normal, [size]. */
    Both vector() {
        return floats(random::nextGaussian, size);
    }

    /** Normal, [side]. */
    Both row() {
        return floats(random::nextGaussian, side);
    }

    /** Normal, [side, 1]. */
    Both column() {
        return floats(random::nextGaussian, side, 1);
    }

    /** Normal, [side, side]. */
    Both matrix() {
        return floats(random::nextGaussian, side, side);
    }

    /** A row repeated side times without a copy, [side, side]. */
    Both expanded() {
        Both row = row();
        return new Both(row.ours().expand(side, side), row.theirs().broadcast(side, side));
    }

    /** Uniform in 0.5 to 2, [size]. */
    Both positive() {
        return floats(() -> 0.5 + 1.5 * random.nextDouble(), size);
    }

    /** Very near 1, so that a product of all stays finite, [side, side]. */
    Both nearOne() {
        return floats(() -> Math.exp(0.01 * (random.nextDouble() - 0.5)), side, side);
    }

    /** Square matrices, [batch, k, k], of at most 64 rows. */
    Both matrices() {
        int k = Math.min(64, side);
        return floats(random::nextGaussian, size / (k * k), k, k);
    }

    /** Small, symmetric and positive definite, [batch, k, k]. */
    Both definite() {
        int k = Math.min(SMALL, side);
        float[] values = new float[size];
        for (int from = 0; from < size; from += k * k) {
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    float value = random.nextFloat() + (i == j ? k : 0);
                    values[from + i * k + j] = value;
                    values[from + j * k + i] = value;
                }
            }
        }
        return of(values, size / (k * k), k, k);
    }

    /** Right sides for {@link #definite}, [batch, k, 1]. */
    Both rightSides() {
        int k = Math.min(SMALL, side);
        return floats(random::nextGaussian, size / (k * k), k, 1);
    }

    /** I64, uniform in 0..bound-1. */
    Both integers(int bound, long... sizes) {
        long[] values = new long[Math.toIntExact(new Shape(sizes).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(bound);
        }
        return of(values, sizes);
    }

    /** I64, places along one dimension of a matrix, [side, side]. */
    Both places() {
        return integers(side, side, side);
    }

    /** BOOL, half of them set, [side, side]. */
    Both mask() {
        return truth(integers(2, side, side));
    }

    /** BOOL, only the last is set, [size]. */
    Both lastSet() {
        long[] values = new long[size];
        values[size - 1] = 1;
        return truth(of(values, size));
    }

    private static Both truth(Both numbers) {
        return new Both(numbers.ours().to(DType.BOOL), numbers.theirs().toType(DataType.BOOLEAN, true));
    }

    private Both floats(DoubleSupplier draw, long... sizes) {
        float[] values = new float[Math.toIntExact(new Shape(sizes).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draw.getAsDouble();
        }
        return of(values, sizes);
    }

    private Both of(float[] values, long... sizes) {
        return new Both(Tensor.of(values).view(sizes), manager.create(values, new Shape(sizes)));
    }

    private Both of(long[] values, long... sizes) {
        return new Both(Tensor.of(values).view(sizes), manager.create(values, new Shape(sizes)));
    }

    @Override
    public void close() {
        manager.close();
        scope.close();
    }
}
