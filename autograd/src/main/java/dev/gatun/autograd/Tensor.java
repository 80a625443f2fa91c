package dev.gatun.autograd;

import dev.gatun.autograd.ops.Activation;
import dev.gatun.autograd.ops.Arithmetic;
import dev.gatun.autograd.ops.Bits;
import dev.gatun.autograd.ops.Blas;
import dev.gatun.autograd.ops.Chain;
import dev.gatun.autograd.ops.Choice;
import dev.gatun.autograd.ops.Compare;
import dev.gatun.autograd.ops.Create;
import dev.gatun.autograd.ops.Diagonal;
import dev.gatun.autograd.ops.Einsum;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Factor;
import dev.gatun.autograd.ops.Indexing;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Mask;
import dev.gatun.autograd.ops.Maths;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Product;
import dev.gatun.autograd.ops.QuantileMode;
import dev.gatun.autograd.ops.Random;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Rounding;
import dev.gatun.autograd.ops.Scan;
import dev.gatun.autograd.ops.Solve;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.autograd.ops.Spectrum;
import dev.gatun.autograd.ops.Statistics;
import dev.gatun.autograd.ops.Ternary;
import dev.gatun.autograd.ops.Transfer;
import dev.gatun.autograd.ops.VectorNorm;
import dev.gatun.autograd.ops.View;
import dev.gatun.runtime.DType;
import dev.gatun.runtime.Device;
import dev.gatun.runtime.Layout;
import dev.gatun.runtime.NdArray;
import dev.gatun.runtime.Shape;
import dev.gatun.runtime.memory.Storage;
import dev.gatun.runtime.random.Generator;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers with a gradient: {@code torch.Tensor}. It knows its data, its gradient and the operation that
 * made it; the mathematics stands in {@link dev.gatun.autograd.ops}, one class for each family, and the methods here are
 * one-line delegates. Names, defaults and results are PyTorch's; a name that ends in {@code _} changes the tensor in
 * place.
 *
 * <p>A tensor is one handle on its memory: released by the {@link dev.gatun.runtime.Scope} that was open when it was
 * made, or once it is unreachable where there was none. Tensors may be read by several threads at once.
 *
 * {@snippet :
 * Tensor w = Tensor.of(new float[][] {{1, 2}, {3, 4}}).requiresGrad_();
 * Tensor loss = w.matmul(Tensor.ones(2)).square().sum();
 * loss.backward();
 * System.out.println(loss.item()); // 58.0
 * System.out.println(w.grad().get(1)); // tensor([14., 14.])
 * }
 */
public final class Tensor extends NdArray {
    private static volatile PrintOptions printOptions = PrintOptions.DEFAULT;

    private @Nullable Meta meta;
    private @Nullable List<UnaryOperator<Tensor>> leafHooks;

    /** A tensor over a storage, taking over one count of the caller's; no gradient. */
    Tensor(Storage storage, Layout layout, DType dtype) {
        super(storage, layout, dtype);
    }

    /**
     * A tensor over the elements of an array, without a copy; both are handles on one storage.
     *
     * @param array of any dtype and layout
     * @return a tensor without a gradient
     * @throws IllegalStateException if the array was released
     */
    public static Tensor wrap(NdArray array) {
        return new Tensor(array.storage("wrap").retain(), array.layout(), array.dtype());
    }

    /**
     * A contiguous tensor whose contents are whatever was there.
     *
     * @param device to hold it
     * @param dtype of the elements
     * @param shape of the tensor
     * @return the tensor
     * @throws dev.gatun.runtime.GatunException if the device is out of memory
     */
    public static Tensor empty(Device device, DType dtype, Shape shape) {
        return empty(device, dtype, Layout.contiguous(shape));
    }

    /** A tensor of a contiguous layout from offset 0; sharing layouts saves making them. */
    static Tensor empty(Device device, DType dtype, Layout layout) {
        return new Tensor(device.pool().allocate(bytes(dtype, layout.shape())), layout, dtype);
    }

    /** A tensor of this one's device, dtype and shape, contiguous, with whatever was there. */
    public Tensor newEmpty() {
        Layout layout = layout();
        return empty(
                device(), dtype(), layout.isContiguous() && layout.offset() == 0 ? layout : Layout.contiguous(shape()));
    }

    /** A tensor of this one's device and dtype and another shape, with whatever was there. */
    public Tensor newEmpty(Shape shape) {
        return empty(device(), dtype(), shape);
    }

    /** Zeros of this one's device and dtype and another shape. */
    public Tensor newZeros(Shape shape) {
        return newEmpty(shape).fill_(0);
    }

    // ---- what the graph knows; see Meta ----

    /** The meta, with the node of a view made anew if its base was written since. */
    @Nullable
    Meta synced() {
        Meta known = meta;
        if (known != null && known.isStale()) {
            known.look(layout());
        }
        return known;
    }

    Meta metaForWrite() {
        Meta known = meta;
        if (known == null) {
            known = new Meta(layout(), dtype(), null);
            meta = known;
            link(known);
        }
        return known;
    }

    /** The meta, of which all threads that look at the tensor get one. */
    private Meta metaForView() {
        Meta known = meta;
        if (known == null) {
            synchronized (this) {
                known = metaForWrite();
            }
        }
        return known;
    }

    /** Puts this tensor where another one stands on the graph. */
    void history(Node node, int output) {
        metaForWrite().history(node, output);
    }

    /** Another layout of this tensor's storage, not on the graph yet. */
    Tensor viewed(String op, Layout other) {
        return new Tensor(storageOf(op, other).retain(), other, dtype());
    }

    /** Remembers that this tensor, just made, is a view of x. */
    void viewOf(Tensor x) {
        Meta of = x.metaForView();
        Meta known = new Meta(layout(), dtype(), of.base == null ? of : of.base);
        meta = known;
        link(known);
    }

    /** Another handle on the same value, with the same history, in the scope that is open. */
    Tensor handle() {
        Tensor other = new Tensor(storage("handle").retain(), layout(), dtype());
        Meta known = synced();
        Node source = known == null ? null : known.source(this);
        if (known != null && source != null) {
            other.history(source, known.output());
        }
        return other;
    }

    // ---- gradients ----

    /** Whether operations on this tensor are recorded, so that a gradient reaches it. */
    public boolean requiresGrad() {
        Meta known = synced();
        return known != null && known.requiresGrad();
    }

    /**
     * Asks for the gradient of this leaf to be kept, or not.
     *
     * @param required whether {@code backward} fills {@link #grad()}
     * @return this
     * @throws IllegalArgumentException if the dtype is not floating
     * @throws IllegalStateException if this is not a leaf and {@code required} is false
     */
    public Tensor requiresGrad_(boolean required) {
        storage("requiresGrad_");
        if (required && !dtype().isFloating()) {
            throw new IllegalArgumentException("requiresGrad_: only floating dtypes have gradients: " + describe());
        }
        if (!isLeaf()) {
            if (!required) {
                throw new IllegalStateException(
                        "requiresGrad_: only a leaf can stop requiring grad: " + describe() + "; detach() gives one");
            }
            return this;
        }
        metaForWrite().requiresGrad(required);
        return this;
    }

    /** {@code requiresGrad_(true)}. */
    public Tensor requiresGrad_() {
        return requiresGrad_(true);
    }

    /** Whether no recorded operation made this tensor. */
    public boolean isLeaf() {
        Meta known = synced();
        return known == null || known.isLeaf();
    }

    /** Whether there is a gradient, dense or sparse. */
    public boolean hasGrad() {
        return meta != null && (meta.grad() != null || meta.rows() != null);
    }

    /** Whether there is a gradient and it is sparse; {@code x.grad.is_sparse}. */
    public boolean hasSparseGrad() {
        return meta != null && meta.rows() != null;
    }

    /**
     * The gradient, as another handle on it in the scope that is open: writing into it changes the gradient.
     *
     * @return shape and dtype of this tensor
     * @throws IllegalStateException if there is none, which {@link #hasGrad()} asks, or it is sparse
     */
    public Tensor grad() {
        Meta known = meta;
        Tensor gradient = known == null ? null : known.grad();
        if (gradient == null) {
            storage("grad");
            if (hasSparseGrad()) {
                throw new IllegalStateException(
                        "grad: it is sparse, sparseGrad() gives its rows and sparseGrad().toDense() all: "
                                + describe());
            }
            throw new IllegalStateException("grad: there is none: " + describe()
                    + (requiresGrad()
                            ? (isLeaf() ? "; backward() has not reached it" : " is not a leaf; retainGrad() keeps it")
                            : " does not require grad"));
        }
        return gradient.handle();
    }

    /**
     * The sparse gradient, as other handles on it in the scope that is open: writing into its values changes it.
     *
     * @return of shape and dtype of this tensor
     * @throws IllegalStateException if there is none, which {@link #hasSparseGrad()} asks
     */
    public SparseGrad sparseGrad() {
        SparseGrad rows = meta == null ? null : meta.rows();
        if (rows == null) {
            throw new IllegalStateException("sparseGrad: there is none: " + describe());
        }
        return rows.handle();
    }

    /** The gradient itself, for optimizers: the leaf's own handle, or {@code null}; not to be released. */
    public @Nullable Tensor gradOrNull() {
        return meta == null ? null : meta.grad();
    }

    /**
     * Sets the gradient.
     *
     * @param gradient shape, dtype and device of this tensor; shared, not copied
     * @throws IllegalArgumentException if it does not match
     */
    public void setGrad(Tensor gradient) {
        Tensor shared = Autograd.initial("setGrad", this, gradient).handle();
        shared.own();
        metaForWrite().grad(shared);
    }

    /**
     * Sets a sparse gradient.
     *
     * @param gradient shape, dtype and device of this tensor; shared, not copied
     * @throws IllegalArgumentException if it does not match
     */
    public void setGrad(SparseGrad gradient) {
        if (!gradient.shape().equals(shape()) || gradient.dtype() != dtype() || gradient.device() != device()) {
            throw new IllegalArgumentException(
                    "setGrad: the gradient does not match: tensor " + describe() + ", gradient " + gradient);
        }
        SparseGrad shared = gradient.handle();
        shared.own();
        metaForWrite().rows(shared);
    }

    /** Drops the gradient; {@code x.grad = None}. */
    public void zeroGrad() {
        if (meta != null) {
            meta.grad(null);
        }
    }

    /** Keeps the gradient of this tensor, although it is not a leaf, in {@link #grad()}. */
    public Tensor retainGrad() {
        Meta known = synced();
        Node made = known == null ? null : known.node();
        if (known == null || made == null) {
            if (!requiresGrad()) {
                throw new IllegalStateException("retainGrad: " + describe() + " does not require grad");
            }
            return this;
        }
        made.addHook(known.output(), g -> {
            Tensor kept = g.handle();
            kept.own();
            known.grad(kept);
            return g;
        });
        return this;
    }

    /**
     * Calls a function with the gradient of this tensor whenever backward has computed it; what it returns, if not
     * {@code null}, goes on instead.
     *
     * @param function from gradient to gradient, of one shape
     * @return to take the hook away again
     * @throws IllegalStateException if this tensor does not require grad
     */
    public Hook registerHook(UnaryOperator<@Nullable Tensor> function) {
        Meta known = synced();
        if (known == null || !known.requiresGrad()) {
            throw new IllegalStateException("registerHook: " + describe() + " does not require grad");
        }
        Node made = known.node();
        if (made != null) {
            return made.addHook(known.output(), function);
        }
        synchronized (known) {
            List<UnaryOperator<Tensor>> hooks = leafHooks == null ? new ArrayList<>() : new ArrayList<>(leafHooks);
            hooks.add(function);
            leafHooks = hooks;
        }
        return () -> {
            synchronized (known) {
                List<UnaryOperator<Tensor>> hooks = new ArrayList<>(leafHooks == null ? List.of() : leafHooks);
                hooks.remove(function);
                leafHooks = hooks;
            }
        };
    }

    boolean hasLeafHooks() {
        return leafHooks != null && !leafHooks.isEmpty();
    }

    Tensor runLeafHooks(Tensor gradient) {
        List<UnaryOperator<Tensor>> hooks = leafHooks;
        Tensor result = gradient;
        if (hooks != null) {
            for (UnaryOperator<Tensor> hook : hooks) {
                result = Hook.run(hook, result);
            }
        }
        return result;
    }

    /** The operation that made this tensor; empty for a leaf. {@code grad_fn}. */
    public Optional<Node> gradFn() {
        Meta known = synced();
        return known == null ? Optional.empty() : Optional.ofNullable(known.node());
    }

    /**
     * Computes the gradients of this one-element tensor for all leaves that it depends on, and adds them to theirs.
     * What the forward saved is given back on the way.
     *
     * @throws IllegalArgumentException if this tensor has several elements
     * @throws IllegalStateException if it does not require grad, or the graph was passed before
     */
    public void backward() {
        backward(null, false, false);
    }

    /**
     * As {@link #backward()}.
     *
     * @param retainGraph whether what the forward saved is kept, for another pass
     */
    public void backward(boolean retainGraph) {
        backward(null, retainGraph, false);
    }

    /** As {@link #backward()}, from the gradient given. */
    public void backward(Tensor gradient) {
        backward(gradient, false, false);
    }

    /**
     * Computes the gradients of all leaves that this tensor depends on, and adds them to theirs.
     *
     * @param gradient what arrives here: shape and dtype of this tensor; {@code null}: one, for a single element
     * @param retainGraph keep what was saved, for another pass
     * @param createGraph record this pass, so that gradients can be differentiated; retains the graph
     */
    public void backward(@Nullable Tensor gradient, boolean retainGraph, boolean createGraph) {
        storage("backward");
        Node.Edge root = Autograd.edge("backward", this);
        try (var scope = dev.gatun.runtime.Scope.open()) {
            Tensor first = Autograd.initial("backward", this, gradient);
            Engine.backward(List.of(root), List.of(first), retainGraph || createGraph, createGraph);
        }
    }

    // ---- creation; see Create and Random ----

    /** F32 [n] with the values. */
    public static Tensor of(float... values) {
        return Create.of(values);
    }

    /** F32 [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(float[][] values) {
        return Create.of(values);
    }

    /** F32 [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(float[][][] values) {
        return Create.of(values);
    }

    /** F32 [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(float[][][][] values) {
        return Create.of(values);
    }

    /** F64 [n] with the values. */
    public static Tensor of(double... values) {
        return Create.of(values);
    }

    /** F64 [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(double[][] values) {
        return Create.of(values);
    }

    /** F64 [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(double[][][] values) {
        return Create.of(values);
    }

    /** F64 [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(double[][][][] values) {
        return Create.of(values);
    }

    /** I64 [n] with the values. */
    public static Tensor of(long... values) {
        return Create.of(values);
    }

    /** I64 [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(long[][] values) {
        return Create.of(values);
    }

    /** I64 [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(long[][][] values) {
        return Create.of(values);
    }

    /** I64 [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(long[][][][] values) {
        return Create.of(values);
    }

    /** I32 [n] with the values. */
    public static Tensor of(int... values) {
        return Create.of(values);
    }

    /** I32 [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(int[][] values) {
        return Create.of(values);
    }

    /** I32 [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(int[][][] values) {
        return Create.of(values);
    }

    /** I32 [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(int[][][][] values) {
        return Create.of(values);
    }

    /** U8 [n] with the values. */
    public static Tensor of(byte... values) {
        return Create.of(values);
    }

    /** U8 [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(byte[][] values) {
        return Create.of(values);
    }

    /** U8 [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(byte[][][] values) {
        return Create.of(values);
    }

    /** U8 [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(byte[][][][] values) {
        return Create.of(values);
    }

    /** BOOL [n] with the values. */
    public static Tensor of(boolean... values) {
        return Create.of(values);
    }

    /** BOOL [rows, columns] with the values; all inner arrays of one length. */
    public static Tensor of(boolean[][] values) {
        return Create.of(values);
    }

    /** BOOL [a, b, c] with the values; all inner arrays of one length. */
    public static Tensor of(boolean[][][] values) {
        return Create.of(values);
    }

    /** BOOL [a, b, c, d] with the values; all inner arrays of one length. */
    public static Tensor of(boolean[][][][] values) {
        return Create.of(values);
    }

    /** From a Java array of any primitive type and rank. */
    public static Tensor ofArray(Object array) {
        return Create.ofArray(array);
    }

    /** A copy of what a buffer holds. */
    public static Tensor ofBuffer(Buffer buffer, long... sizes) {
        return Create.ofBuffer(buffer, sizes);
    }

    /** F32 [n, columns] from a stream of rows. */
    public static Tensor ofRows(Stream<float[]> rows) {
        return Create.ofRows(rows);
    }

    /** F32, rank 0. */
    public static Tensor scalar(double value) {
        return Create.full(Device.cpu(), DType.F32, Shape.scalar(), value);
    }

    /** Rank 0 of a dtype. */
    public static Tensor scalar(Number value, DType dtype) {
        return Create.full(Device.cpu(), dtype, Shape.scalar(), value);
    }

    /** F32 zeros on the CPU. */
    public static Tensor zeros(long... sizes) {
        return Create.full(Device.cpu(), DType.F32, Shape.of(sizes), 0);
    }

    /** Zeros of a dtype on the CPU. */
    public static Tensor zeros(DType dtype, long... sizes) {
        return Create.full(Device.cpu(), dtype, Shape.of(sizes), 0);
    }

    /** Zeros of a dtype on a device. */
    public static Tensor zeros(Device device, DType dtype, Shape shape) {
        return Create.full(device, dtype, shape, 0);
    }

    /** Zeros like x: its device, dtype and shape. */
    public static Tensor zerosLike(Tensor x) {
        return Create.full(x.device(), x.dtype(), x.shape(), 0);
    }

    /** F32 ones on the CPU. */
    public static Tensor ones(long... sizes) {
        return Create.full(Device.cpu(), DType.F32, Shape.of(sizes), 1);
    }

    /** Ones of a dtype on the CPU. */
    public static Tensor ones(DType dtype, long... sizes) {
        return Create.full(Device.cpu(), dtype, Shape.of(sizes), 1);
    }

    /** Ones of a dtype on a device. */
    public static Tensor ones(Device device, DType dtype, Shape shape) {
        return Create.full(device, dtype, shape, 1);
    }

    /** Ones like x: its device, dtype and shape. */
    public static Tensor onesLike(Tensor x) {
        return Create.full(x.device(), x.dtype(), x.shape(), 1);
    }

    /** F32 on the CPU, filled with a value. */
    public static Tensor full(Number value, long... sizes) {
        return Create.full(Device.cpu(), DType.F32, Shape.of(sizes), value);
    }

    /** Filled with a value. */
    public static Tensor full(DType dtype, Number value, long... sizes) {
        return Create.full(Device.cpu(), dtype, Shape.of(sizes), value);
    }

    /** Filled with a value, like x: its device, dtype and shape. */
    public static Tensor fullLike(Tensor x, Number value) {
        return Create.full(x.device(), x.dtype(), x.shape(), value);
    }

    /** F32 on the CPU with whatever was there. */
    public static Tensor empty(long... sizes) {
        return empty(Device.cpu(), DType.F32, Shape.of(sizes));
    }

    /** Of a dtype on the CPU with whatever was there. */
    public static Tensor empty(DType dtype, long... sizes) {
        return empty(Device.cpu(), dtype, Shape.of(sizes));
    }

    /** I64 [end]: 0, 1, ... end - 1. */
    public static Tensor arange(long end) {
        return Create.arange(0, end, 1);
    }

    /** I64: start, start + step, ... up to, not including, end. */
    public static Tensor arange(long start, long end, long step) {
        return Create.arange(start, end, step);
    }

    /** F32: start, start + step, ... up to, not including, end. */
    public static Tensor arange(double start, double end, double step) {
        return Create.arange(start, end, step);
    }

    /** F32 [n, n] with ones on the diagonal. */
    public static Tensor eye(long n) {
        return Create.eye(n);
    }

    /** F32 [rows, columns] with ones on the diagonal. */
    public static Tensor eye(long rows, long columns) {
        return Create.eye(rows, columns);
    }

    /** F32 [steps], evenly from start to end, both included. */
    public static Tensor linspace(double start, double end, long steps) {
        return Create.linspace(start, end, steps);
    }

    /** F32 [steps]: 10 to the powers from start to end, evenly. */
    public static Tensor logspace(double start, double end, long steps) {
        return Create.logspace(start, end, steps, 10);
    }

    /** I64 [2, n]: rows and columns of the lower triangle of a matrix. */
    public static Tensor trilIndices(long rows, long columns, long offset) {
        return Create.trilIndices(rows, columns, offset);
    }

    /** I64 [2, n]: rows and columns of the upper triangle of a matrix. */
    public static Tensor triuIndices(long rows, long columns, long offset) {
        return Create.triuIndices(rows, columns, offset);
    }

    /** Like x, F32 or F64: uniform in [0, 1), from the global generator. */
    public static Tensor randLike(Tensor x) {
        return Random.uniform_(x.detach().newEmpty(), 0, 1, Generator.global());
    }

    /** Like x: normal with mean 0 and deviation 1, from the global generator. */
    public static Tensor randnLike(Tensor x) {
        return Random.normal_(x.detach().newEmpty(), 0, 1, Generator.global());
    }

    /** A tensor like x with whatever was there. */
    public static Tensor emptyLike(Tensor x) {
        return x.newEmpty();
    }

    /** Tensors one behind the other along a dimension. */
    public static Tensor cat(List<Tensor> tensors, int dim) {
        return Join.cat(tensors, dim);
    }

    /** Tensors one behind the other along the first dimension. */
    public static Tensor cat(Tensor... tensors) {
        return Join.cat(List.of(tensors), 0);
    }

    /** Tensors of one shape along a new dimension. */
    public static Tensor stack(List<Tensor> tensors, int dim) {
        return Join.stack(tensors, dim);
    }

    /** Tensors of one shape along a new first dimension. */
    public static Tensor stack(Tensor... tensors) {
        return Join.stack(List.of(tensors), 0);
    }

    /** Vectors as the axes of a grid. */
    public static List<Tensor> meshgrid(Tensor... vectors) {
        return Join.meshgrid(List.of(vectors), false);
    }

    /** Every choice of one element of each vector. */
    public static Tensor cartesianProd(Tensor... vectors) {
        return Join.cartesianProd(List.of(vectors));
    }

    /** F32, uniform in [0, 1), from the global generator. */
    public static Tensor rand(long... sizes) {
        return rand(Generator.global(), sizes);
    }

    /** F32, uniform in [0, 1). */
    public static Tensor rand(Generator generator, long... sizes) {
        return Random.uniform_(empty(sizes), 0, 1, generator);
    }

    /** F32, normal with mean 0 and deviation 1, from the global generator. */
    public static Tensor randn(long... sizes) {
        return randn(Generator.global(), sizes);
    }

    /** F32, normal with mean 0 and deviation 1. */
    public static Tensor randn(Generator generator, long... sizes) {
        return Random.normal_(empty(sizes), 0, 1, generator);
    }

    /** I64, uniform in low..high-1, from the global generator. */
    public static Tensor randint(long low, long high, long... sizes) {
        return randint(Generator.global(), low, high, sizes);
    }

    /** I64, uniform in low..high-1. */
    public static Tensor randint(Generator generator, long low, long high, long... sizes) {
        return Random.randint(generator, low, high, Shape.of(sizes));
    }

    /** I64 [n], the numbers 0..n-1 in random order, from the global generator. */
    public static Tensor randperm(long n) {
        return randperm(Generator.global(), n);
    }

    /** I64 [n], the numbers 0..n-1 in random order. */
    public static Tensor randperm(Generator generator, long n) {
        return Random.randperm(generator, n);
    }

    // ---- to Java; see Transfer ----

    /** The only element. */
    public double item() {
        return Transfer.item(this);
    }

    /** The only element, exactly, of an integer tensor. */
    public long itemLong() {
        return Transfer.itemLong(this);
    }

    /** The elements in row-major order, cast to float. */
    public float[] toFloatArray() {
        return Transfer.toFloatArray(this);
    }

    /** The elements in row-major order, cast to double. */
    public double[] toDoubleArray() {
        return Transfer.toDoubleArray(this);
    }

    /** The elements in row-major order, cast to long. */
    public long[] toLongArray() {
        return Transfer.toLongArray(this);
    }

    /** The elements in row-major order, cast to int. */
    public int[] toIntArray() {
        return Transfer.toIntArray(this);
    }

    /** The elements in row-major order, cast to byte. */
    public byte[] toByteArray() {
        return Transfer.toByteArray(this);
    }

    /** The elements in row-major order, cast to boolean. */
    public boolean[] toBooleanArray() {
        return Transfer.toBooleanArray(this);
    }

    /** The elements in row-major order, cast to short. */
    public short[] toShortArray() {
        return Transfer.toShortArray(this);
    }

    /** The elements as a Java array of any primitive type and of this rank, or flat: {@code toArray(float[][].class)}. */
    public <T> T toArray(Class<T> type) {
        return Transfer.toArray(this, type);
    }

    /** Puts the elements in row-major order into a buffer, cast to its type. */
    public void toBuffer(Buffer target) {
        Transfer.toBuffer(this, target);
    }

    /** Each index of the first dimension, as views, made one by one. */
    public Stream<Tensor> rows() {
        return View.rows(this);
    }

    /** This tensor on a device and of a dtype; itself where it is so already. */
    public Tensor to(Device device, DType dtype) {
        return Transfer.to(this, device, dtype);
    }

    /** This tensor of a dtype; itself where it is of it already. Float to integer truncates. */
    public Tensor to(DType dtype) {
        return Transfer.to(this, device(), dtype);
    }

    /** This tensor on a device; itself where it is there already. */
    public Tensor to(Device device) {
        return Transfer.to(this, device, dtype());
    }

    /**
     * This tensor on a device; itself where it is there already. {@code torch.Tensor.to(device, non_blocking=True)}.
     *
     * @param nonBlocking whether a copy from {@linkplain #pinMemory pinned} memory to a card may go on after this returns:
     *     then the source must not change before the device's stream has come past it
     */
    public Tensor to(Device device, boolean nonBlocking) {
        return Transfer.to(this, device, dtype(), nonBlocking);
    }

    /**
     * This tensor in pinned memory, which cards read by themselves; itself where it lies there already. {@code
     * torch.Tensor.pin_memory}.
     *
     * @return a contiguous copy on the CPU, without a history
     * @throws IllegalArgumentException if this tensor is not on the CPU
     * @throws dev.gatun.runtime.GatunException if there is no CUDA card; one sentence that says what is missing
     */
    public Tensor pinMemory() {
        return Transfer.pinMemory(this);
    }

    /** Whether this tensor lies in {@linkplain #pinMemory pinned} memory. */
    public boolean isPinned() {
        return storage("isPinned").pool().isPinned();
    }

    /** A contiguous tensor in memory of the CPU that a device reads without the host's waiting. */
    public static Tensor emptyFor(Device reader, DType dtype, Shape shape) {
        return new Tensor(reader.hostPool().allocate(bytes(dtype, shape)), Layout.contiguous(shape), dtype);
    }

    /** A contiguous copy. */
    public @Override Tensor clone() {
        return Elementwise.clone(this);
    }

    /** This tensor, or a copy where it is not contiguous. */
    public Tensor contiguous() {
        return isContiguous() ? this : Elementwise.clone(this);
    }

    // ---- Elementwise ----

    /** -x. */
    public Tensor neg() {
        return Maths.neg(this);
    }

    /** In place: -x. */
    public Tensor neg_() {
        return Maths.neg_(this);
    }

    /** |x|; gradient 0 at 0. */
    public Tensor abs() {
        return Maths.abs(this);
    }

    /** In place: |x|; gradient 0 at 0. */
    public Tensor abs_() {
        return Maths.abs_(this);
    }

    /** -1, 0 or 1. */
    public Tensor sign() {
        return Maths.sign(this);
    }

    /** In place: -1, 0 or 1. */
    public Tensor sign_() {
        return Maths.sign_(this);
    }

    /** x^2. */
    public Tensor square() {
        return Maths.square(this);
    }

    /** In place: x^2. */
    public Tensor square_() {
        return Maths.square_(this);
    }

    /** 1 / x. */
    public Tensor reciprocal() {
        return Maths.reciprocal(this);
    }

    /** In place: 1 / x. */
    public Tensor reciprocal_() {
        return Maths.reciprocal_(this);
    }

    /** The square root. */
    public Tensor sqrt() {
        return Maths.sqrt(this);
    }

    /** In place: the square root. */
    public Tensor sqrt_() {
        return Maths.sqrt_(this);
    }

    /** e^x. */
    public Tensor exp() {
        return Maths.exp(this);
    }

    /** In place: e^x. */
    public Tensor exp_() {
        return Maths.exp_(this);
    }

    /** The natural logarithm. */
    public Tensor log() {
        return Maths.log(this);
    }

    /** In place: the natural logarithm. */
    public Tensor log_() {
        return Maths.log_(this);
    }

    /** The hyperbolic tangent. */
    public Tensor tanh() {
        return Maths.tanh(this);
    }

    /** In place: the hyperbolic tangent. */
    public Tensor tanh_() {
        return Maths.tanh_(this);
    }

    /** 1 / (1 + e^-x). */
    public Tensor sigmoid() {
        return Activation.sigmoid(this);
    }

    /** In place: 1 / (1 + e^-x). */
    public Tensor sigmoid_() {
        return Activation.sigmoid_(this);
    }

    /** max(x, 0). */
    public Tensor relu() {
        return Activation.relu(this);
    }

    /** In place: max(x, 0). */
    public Tensor relu_() {
        return Activation.relu_(this);
    }

    /** x where positive, else negativeSlope times x. */
    public Tensor leakyRelu(double negativeSlope) {
        return Activation.leakyRelu(this, negativeSlope);
    }

    /** In place: x where positive, else negativeSlope times x. */
    public Tensor leakyRelu_(double negativeSlope) {
        return Activation.leakyRelu_(this, negativeSlope);
    }

    /** this + other, broadcast. */
    public Tensor add(Tensor other) {
        return Elementwise.add(this, other);
    }

    /** this + other. */
    public Tensor add(Number other) {
        return Elementwise.add(this, other);
    }

    /** In place: this + other; other broadcasts to this. */
    public Tensor add_(Tensor other) {
        return Elementwise.add_(this, other);
    }

    /** In place: this + other. */
    public Tensor add_(Number other) {
        return Elementwise.add_(this, other);
    }

    /** this - other, broadcast. */
    public Tensor sub(Tensor other) {
        return Elementwise.sub(this, other);
    }

    /** this - other. */
    public Tensor sub(Number other) {
        return Elementwise.sub(this, other);
    }

    /** In place: this - other; other broadcasts to this. */
    public Tensor sub_(Tensor other) {
        return Elementwise.sub_(this, other);
    }

    /** In place: this - other. */
    public Tensor sub_(Number other) {
        return Elementwise.sub_(this, other);
    }

    /** this * other, broadcast. */
    public Tensor mul(Tensor other) {
        return Elementwise.mul(this, other);
    }

    /** this * other. */
    public Tensor mul(Number other) {
        return Elementwise.mul(this, other);
    }

    /** In place: this * other; other broadcasts to this. */
    public Tensor mul_(Tensor other) {
        return Elementwise.mul_(this, other);
    }

    /** In place: this * other. */
    public Tensor mul_(Number other) {
        return Elementwise.mul_(this, other);
    }

    /** this / other; integers give F32, broadcast. */
    public Tensor div(Tensor other) {
        return Elementwise.div(this, other);
    }

    /** this / other; integers give F32. */
    public Tensor div(Number other) {
        return Elementwise.div(this, other);
    }

    /** In place: this / other; integers give F32; other broadcasts to this. */
    public Tensor div_(Tensor other) {
        return Elementwise.div_(this, other);
    }

    /** In place: this / other; integers give F32. */
    public Tensor div_(Number other) {
        return Elementwise.div_(this, other);
    }

    /** this to the power other, broadcast. */
    public Tensor pow(Tensor other) {
        return Elementwise.pow(this, other);
    }

    /** this to the power other. */
    public Tensor pow(Number other) {
        return Elementwise.pow(this, other);
    }

    /** In place: this to the power other; other broadcasts to this. */
    public Tensor pow_(Tensor other) {
        return Elementwise.pow_(this, other);
    }

    /** In place: this to the power other. */
    public Tensor pow_(Number other) {
        return Elementwise.pow_(this, other);
    }

    /** this + alpha * other. */
    public Tensor add(Tensor other, Number alpha) {
        return Elementwise.add(this, other, alpha);
    }

    /** In place: this + alpha * other. */
    public Tensor add_(Tensor other, Number alpha) {
        return Elementwise.add_(this, other, alpha);
    }

    /** this - alpha * other. */
    public Tensor sub(Tensor other, Number alpha) {
        return Elementwise.sub(this, other, alpha);
    }

    /** In place: this - alpha * other. */
    public Tensor sub_(Tensor other, Number alpha) {
        return Elementwise.sub_(this, other, alpha);
    }

    /** other - this. */
    public Tensor rsub(Number other) {
        return Elementwise.rsub(this, other);
    }

    /** other / this. */
    public Tensor rdiv(Number other) {
        return Elementwise.rdiv(this, other);
    }

    /** The larger of each pair; NaN where either is. */
    public Tensor maximum(Tensor other) {
        return Elementwise.maximum(this, other);
    }

    /** The smaller of each pair; NaN where either is. */
    public Tensor minimum(Tensor other) {
        return Elementwise.minimum(this, other);
    }

    /** BOOL: this == other, broadcast. */
    public Tensor eq(Tensor other) {
        return Compare.eq(this, other);
    }

    /** BOOL: this == other. */
    public Tensor eq(Number other) {
        return Compare.eq(this, other);
    }

    /** BOOL: this != other, broadcast. */
    public Tensor ne(Tensor other) {
        return Compare.ne(this, other);
    }

    /** BOOL: this != other. */
    public Tensor ne(Number other) {
        return Compare.ne(this, other);
    }

    /** BOOL: this &lt; other, broadcast. */
    public Tensor lt(Tensor other) {
        return Compare.lt(this, other);
    }

    /** BOOL: this &lt; other. */
    public Tensor lt(Number other) {
        return Compare.lt(this, other);
    }

    /** BOOL: this &lt;= other, broadcast. */
    public Tensor le(Tensor other) {
        return Compare.le(this, other);
    }

    /** BOOL: this &lt;= other. */
    public Tensor le(Number other) {
        return Compare.le(this, other);
    }

    /** BOOL: this &gt; other, broadcast. */
    public Tensor gt(Tensor other) {
        return Compare.gt(this, other);
    }

    /** BOOL: this &gt; other. */
    public Tensor gt(Number other) {
        return Compare.gt(this, other);
    }

    /** BOOL: this &gt;= other, broadcast. */
    public Tensor ge(Tensor other) {
        return Compare.ge(this, other);
    }

    /** BOOL: this &gt;= other. */
    public Tensor ge(Number other) {
        return Compare.ge(this, other);
    }

    /** x where condition (BOOL), else y; all broadcast. */
    public static Tensor where(Tensor condition, Tensor x, Tensor y) {
        return Elementwise.where(condition, x, y);
    }

    /** In place: the values of source, broadcast and cast. */
    public Tensor copy_(Tensor source) {
        return Elementwise.copy_(this, source);
    }

    /** In place: every element is value. */
    public Tensor fill_(Number value) {
        return Elementwise.fill_(this, value);
    }

    /** In place: every element is 0. */
    public Tensor zero_() {
        return Elementwise.fill_(this, 0);
    }

    // ---- Maths: functions of one operand ----

    /** 1 over the square root; NaN below 0. */
    public Tensor rsqrt() {
        return Maths.rsqrt(this);
    }

    /** The next whole number below; its gradient is 0. */
    public Tensor floor() {
        return Maths.floor(this);
    }

    /** The next whole number above; its gradient is 0. */
    public Tensor ceil() {
        return Maths.ceil(this);
    }

    /** The nearest whole number, halves to the even one; its gradient is 0. */
    public Tensor round() {
        return Maths.round(this);
    }

    /** x without its fraction; its gradient is 0. */
    public Tensor trunc() {
        return Maths.trunc(this);
    }

    /** 2^x. */
    public Tensor exp2() {
        return Maths.exp2(this);
    }

    /** e^x - 1, precise near 0. */
    public Tensor expm1() {
        return Maths.expm1(this);
    }

    /** The logarithm to base 2; NaN below 0. */
    public Tensor log2() {
        return Maths.log2(this);
    }

    /** The logarithm to base 10; NaN below 0. */
    public Tensor log10() {
        return Maths.log10(this);
    }

    /** The logarithm of 1 + x, precise near 0; NaN below -1. */
    public Tensor log1p() {
        return Maths.log1p(this);
    }

    /** The sine of an angle in radians, of any size. */
    public Tensor sin() {
        return Maths.sin(this);
    }

    /** The cosine of an angle in radians, of any size. */
    public Tensor cos() {
        return Maths.cos(this);
    }

    /** The tangent of an angle in radians, of any size. */
    public Tensor tan() {
        return Maths.tan(this);
    }

    /** The arc sine in radians; NaN outside of -1..1. */
    public Tensor asin() {
        return Maths.asin(this);
    }

    /** The arc cosine in radians; NaN outside of -1..1. */
    public Tensor acos() {
        return Maths.acos(this);
    }

    /** The arc tangent in radians. */
    public Tensor atan() {
        return Maths.atan(this);
    }

    /** The hyperbolic sine. */
    public Tensor sinh() {
        return Maths.sinh(this);
    }

    /** The hyperbolic cosine. */
    public Tensor cosh() {
        return Maths.cosh(this);
    }

    /** The inverse of the hyperbolic sine. */
    public Tensor asinh() {
        return Maths.asinh(this);
    }

    /** The inverse of the hyperbolic cosine; NaN below 1. */
    public Tensor acosh() {
        return Maths.acosh(this);
    }

    /** The inverse of the hyperbolic tangent; NaN outside of -1..1. */
    public Tensor atanh() {
        return Maths.atanh(this);
    }

    /** The error function. */
    public Tensor erf() {
        return Maths.erf(this);
    }

    /** 1 - erf(x), precise where that is small. */
    public Tensor erfc() {
        return Maths.erfc(this);
    }

    /** The inverse of erf; NaN outside of -1..1. */
    public Tensor erfinv() {
        return Maths.erfinv(this);
    }

    /** The logarithm of |gamma(x)|. */
    public Tensor lgamma() {
        return Maths.lgamma(this);
    }

    /** The derivative of lgamma. */
    public Tensor digamma() {
        return Maths.digamma(this);
    }

    /** Rounded to so many decimals, halves to the even digit; its gradient is 0. */
    public Tensor round(int decimals) {
        return Maths.round(this, decimals);
    }

    /** x - trunc(x): the fraction, with the sign of x. */
    public Tensor frac() {
        return Maths.frac(this);
    }

    /** The n-th derivative of digamma; digamma itself for 0. */
    public Tensor polygamma(int n) {
        return Maths.polygamma(this, n);
    }

    /** The logarithm of x / (1 - x); NaN outside of 0..1. */
    public Tensor logit() {
        return Maths.logit(this);
    }

    /** The logarithm of x / (1 - x), with x kept within eps..1-eps. */
    public Tensor logit(double eps) {
        return Maths.logit(this, eps);
    }

    /** x with 0 for NaN, and the ends of the dtype's range for infinities. */
    public Tensor nanToNum() {
        return Maths.nanToNum(this);
    }

    /** x with numbers for what is none. */
    public Tensor nanToNum(double nan, double positive, double negative) {
        return Maths.nanToNum(this, nan, positive, negative);
    }

    /** In place: 1 over the square root; NaN below 0. */
    public Tensor rsqrt_() {
        return Maths.rsqrt_(this);
    }

    /** In place: the next whole number below; its gradient is 0. */
    public Tensor floor_() {
        return Maths.floor_(this);
    }

    /** In place: the next whole number above; its gradient is 0. */
    public Tensor ceil_() {
        return Maths.ceil_(this);
    }

    /** In place: the nearest whole number, halves to the even one; its gradient is 0. */
    public Tensor round_() {
        return Maths.round_(this);
    }

    /** In place: x without its fraction; its gradient is 0. */
    public Tensor trunc_() {
        return Maths.trunc_(this);
    }

    /** In place: 2^x. */
    public Tensor exp2_() {
        return Maths.exp2_(this);
    }

    /** In place: e^x - 1, precise near 0. */
    public Tensor expm1_() {
        return Maths.expm1_(this);
    }

    /** In place: the logarithm to base 2; NaN below 0. */
    public Tensor log2_() {
        return Maths.log2_(this);
    }

    /** In place: the logarithm to base 10; NaN below 0. */
    public Tensor log10_() {
        return Maths.log10_(this);
    }

    /** In place: the logarithm of 1 + x, precise near 0; NaN below -1. */
    public Tensor log1p_() {
        return Maths.log1p_(this);
    }

    /** In place: the sine of an angle in radians, of any size. */
    public Tensor sin_() {
        return Maths.sin_(this);
    }

    /** In place: the cosine of an angle in radians, of any size. */
    public Tensor cos_() {
        return Maths.cos_(this);
    }

    /** In place: the tangent of an angle in radians, of any size. */
    public Tensor tan_() {
        return Maths.tan_(this);
    }

    /** In place: the arc sine in radians; NaN outside of -1..1. */
    public Tensor asin_() {
        return Maths.asin_(this);
    }

    /** In place: the arc cosine in radians; NaN outside of -1..1. */
    public Tensor acos_() {
        return Maths.acos_(this);
    }

    /** In place: the arc tangent in radians. */
    public Tensor atan_() {
        return Maths.atan_(this);
    }

    /** In place: the hyperbolic sine. */
    public Tensor sinh_() {
        return Maths.sinh_(this);
    }

    /** In place: the hyperbolic cosine. */
    public Tensor cosh_() {
        return Maths.cosh_(this);
    }

    /** In place: the inverse of the hyperbolic sine. */
    public Tensor asinh_() {
        return Maths.asinh_(this);
    }

    /** In place: the inverse of the hyperbolic cosine; NaN below 1. */
    public Tensor acosh_() {
        return Maths.acosh_(this);
    }

    /** In place: the inverse of the hyperbolic tangent; NaN outside of -1..1. */
    public Tensor atanh_() {
        return Maths.atanh_(this);
    }

    /** In place: the error function. */
    public Tensor erf_() {
        return Maths.erf_(this);
    }

    /** In place: 1 - erf(x), precise where that is small. */
    public Tensor erfc_() {
        return Maths.erfc_(this);
    }

    /** In place: the inverse of erf; NaN outside of -1..1. */
    public Tensor erfinv_() {
        return Maths.erfinv_(this);
    }

    /** In place: the logarithm of |gamma(x)|. */
    public Tensor lgamma_() {
        return Maths.lgamma_(this);
    }

    /** In place: the derivative of lgamma. */
    public Tensor digamma_() {
        return Maths.digamma_(this);
    }

    /** In place: the fraction, with the sign of x. */
    public Tensor frac_() {
        return Maths.frac_(this);
    }

    /** In place: the logarithm of x / (1 - x), with x kept within eps..1-eps. */
    public Tensor logit_(double eps) {
        return Maths.logit_(this, eps);
    }

    /** In place: with 0 for NaN, and the ends of the dtype's range for infinities. */
    public Tensor nanToNum_() {
        return Maths.nanToNum_(this);
    }

    // ---- Activation: activations ----

    /** x kept within 0..6. */
    public Tensor relu6() {
        return Activation.relu6(this);
    }

    /** x kept within min..max, without a gradient at either. I64 and I32 too. */
    public Tensor hardtanh(double min, double max) {
        return Activation.hardtanh(this, min, max);
    }

    /** x where positive, else a learned fraction of x. */
    public Tensor prelu(Tensor weight) {
        return Activation.prelu(this, weight);
    }

    /** x where positive, else alpha (e^x - 1). */
    public Tensor elu(double alpha) {
        return Activation.elu(this, alpha);
    }

    /** x where positive, else alpha (e^(x / alpha) - 1). */
    public Tensor celu(double alpha) {
        return Activation.celu(this, alpha);
    }

    /** elu with the constants of self-normalizing networks, scaled (Klambauer et al., 2017). */
    public Tensor selu() {
        return Activation.selu(this);
    }

    /** x times the share of a standard normal distribution below x. */
    public Tensor gelu() {
        return Activation.gelu(this);
    }

    /** gelu approximated by tanh. */
    public Tensor geluTanh() {
        return Activation.geluTanh(this);
    }

    /** x sigmoid(x), also called swish. */
    public Tensor silu() {
        return Activation.silu(this);
    }

    /** x tanh(softplus(x)). */
    public Tensor mish() {
        return Activation.mish(this);
    }

    /** log(1 + e^(beta x)) / beta, a smooth relu. */
    public Tensor softplus(double beta, double threshold) {
        return Activation.softplus(this, beta, threshold);
    }

    /** The logarithm of sigmoid(x), finite far below 0. */
    public Tensor logSigmoid() {
        return Activation.logSigmoid(this);
    }

    /** x / 6 + 1 / 2, kept within 0..1. */
    public Tensor hardsigmoid() {
        return Activation.hardsigmoid(this);
    }

    /** x hardsigmoid(x). */
    public Tensor hardswish() {
        return Activation.hardswish(this);
    }

    /** x where above a threshold, else a value. */
    public Tensor threshold(double threshold, double value) {
        return Activation.threshold(this, threshold, value);
    }

    /** x, but 0 within -lambda..lambda. */
    public Tensor hardshrink(double lambda) {
        return Activation.hardshrink(this, lambda);
    }

    /** x moved toward 0 by lambda, 0 within -lambda..lambda. */
    public Tensor softshrink(double lambda) {
        return Activation.softshrink(this, lambda);
    }

    /** x / (1 + |x|). */
    public Tensor softsign() {
        return Activation.softsign(this);
    }

    /** x - tanh(x). */
    public Tensor tanhshrink() {
        return Activation.tanhshrink(this);
    }

    /** In place: x kept within 0..6. */
    public Tensor relu6_() {
        return Activation.relu6_(this);
    }

    /** In place: x kept within min..max. */
    public Tensor hardtanh_(double min, double max) {
        return Activation.hardtanh_(this, min, max);
    }

    /** In place: x where positive, else alpha (e^x - 1). */
    public Tensor elu_(double alpha) {
        return Activation.elu_(this, alpha);
    }

    /** In place: x where positive, else alpha (e^(x / alpha) - 1). */
    public Tensor celu_(double alpha) {
        return Activation.celu_(this, alpha);
    }

    /** In place: elu with the constants of self-normalizing networks, scaled. */
    public Tensor selu_() {
        return Activation.selu_(this);
    }

    /** In place: x sigmoid(x). */
    public Tensor silu_() {
        return Activation.silu_(this);
    }

    /** In place: x tanh(softplus(x)). */
    public Tensor mish_() {
        return Activation.mish_(this);
    }

    /** In place: x / 6 + 1 / 2, kept within 0..1. */
    public Tensor hardsigmoid_() {
        return Activation.hardsigmoid_(this);
    }

    /** In place: x hardsigmoid(x). */
    public Tensor hardswish_() {
        return Activation.hardswish_(this);
    }

    /** In place: x where above the threshold, else value. */
    public Tensor threshold_(double threshold, double value) {
        return Activation.threshold_(this, threshold, value);
    }

    /** One half of x, times the sigmoid of the other. */
    public Tensor glu(int dim) {
        return Activation.glu(this, dim);
    }

    // ---- Arithmetic: arithmetic ----

    /** x / other, rounded, broadcast and promoted; integers give integers. No gradient but 0. */
    public Tensor div(Tensor other, Rounding rounding) {
        return Arithmetic.div(this, other, rounding);
    }

    /** x / other, rounded; integers give integers. */
    public Tensor div(Number other, Rounding rounding) {
        return Arithmetic.div(this, other, rounding);
    }

    /** The next whole number below x / other, broadcast and promoted; integers give integers. */
    public Tensor floorDivide(Tensor other) {
        return Arithmetic.floorDivide(this, other);
    }

    /** The next whole number below x / other; integers give integers. */
    public Tensor floorDivide(Number other) {
        return Arithmetic.floorDivide(this, other);
    }

    /** What is left of x by whole multiples of other, with the sign of other, as Python's %; broadcast and promoted. */
    public Tensor remainder(Tensor other) {
        return Arithmetic.remainder(this, other);
    }

    /** What is left of x by whole multiples of other, with the sign of other, as Python's %. */
    public Tensor remainder(Number other) {
        return Arithmetic.remainder(this, other);
    }

    /** What is left of x by whole multiples of other, with the sign of x; broadcast and promoted. */
    public Tensor fmod(Tensor other) {
        return Arithmetic.fmod(this, other);
    }

    /** What is left of x by whole multiples of other, with the sign of x. */
    public Tensor fmod(Number other) {
        return Arithmetic.fmod(this, other);
    }

    /** The larger of each pair, NaN where both are; x gets the gradient where equal. */
    public Tensor fmax(Tensor other) {
        return Arithmetic.fmax(this, other);
    }

    /** The smaller of each pair, NaN where both are; x gets the gradient where equal. */
    public Tensor fmin(Tensor other) {
        return Arithmetic.fmin(this, other);
    }

    /** The angle of the point (other, this) in radians, in -pi..pi. */
    public Tensor atan2(Tensor other) {
        return Arithmetic.atan2(this, other);
    }

    /** The length of the vector (x, other),. */
    public Tensor hypot(Tensor other) {
        return Arithmetic.hypot(this, other);
    }

    /** log(e^x + e^other),. */
    public Tensor logaddexp(Tensor other) {
        return Arithmetic.logaddexp(this, other);
    }

    /** In place: x / other, rounded; other broadcasts to x. */
    public Tensor div_(Tensor other, Rounding rounding) {
        return Arithmetic.div_(this, other, rounding);
    }

    /** In place: x / other, rounded. */
    public Tensor div_(Number other, Rounding rounding) {
        return Arithmetic.div_(this, other, rounding);
    }

    /** In place: the next whole number below x / other; other broadcasts to x. */
    public Tensor floorDivide_(Tensor other) {
        return Arithmetic.floorDivide_(this, other);
    }

    /** In place: the next whole number below x / other. */
    public Tensor floorDivide_(Number other) {
        return Arithmetic.floorDivide_(this, other);
    }

    /** In place: what is left of x by whole multiples of other, with the sign of other; other broadcasts to x. */
    public Tensor remainder_(Tensor other) {
        return Arithmetic.remainder_(this, other);
    }

    /** In place: what is left of x by whole multiples of other, with the sign of other. */
    public Tensor remainder_(Number other) {
        return Arithmetic.remainder_(this, other);
    }

    /** In place: what is left of x by whole multiples of other, with the sign of x; other broadcasts to x. */
    public Tensor fmod_(Tensor other) {
        return Arithmetic.fmod_(this, other);
    }

    /** In place: what is left of x by whole multiples of other, with the sign of x. */
    public Tensor fmod_(Number other) {
        return Arithmetic.fmod_(this, other);
    }

    /** In place: the angle of the point (other, this). */
    public Tensor atan2_(Tensor other) {
        return Arithmetic.atan2_(this, other);
    }

    /** In place: the length of the vector (x, other); other broadcasts to x. */
    public Tensor hypot_(Tensor other) {
        return Arithmetic.hypot_(this, other);
    }

    // ---- Choice: choices ----

    /** x where condition (BOOL), else y; all broadcast. */
    public static Tensor where(Tensor condition, Tensor x, Number y) {
        return Choice.where(condition, x, y);
    }

    /** x where condition (BOOL), else y; all broadcast. */
    public static Tensor where(Tensor condition, Number x, Tensor y) {
        return Choice.where(condition, x, y);
    }

    /** x where condition (BOOL), else y; all broadcast. */
    public static Tensor where(Tensor condition, Number x, Number y) {
        return Choice.where(condition, x, y);
    }

    /** x, at least min and at most max, which wins. */
    public Tensor clamp(Number min, Number max) {
        return Choice.clamp(this, min, max);
    }

    /** x, at least min. */
    public Tensor clampMin(Number min) {
        return Choice.clampMin(this, min);
    }

    /** x, at most max. */
    public Tensor clampMax(Number max) {
        return Choice.clampMax(this, max);
    }

    /** x, at least min and at most max, which wins; broadcast and promoted. */
    public Tensor clamp(Tensor min, Tensor max) {
        return Choice.clamp(this, min, max);
    }

    /** x, at least min; broadcast and promoted. */
    public Tensor clampMin(Tensor min) {
        return Choice.clampMin(this, min);
    }

    /** x, at most max; broadcast and promoted. */
    public Tensor clampMax(Tensor max) {
        return Choice.clampMax(this, max);
    }

    /** x, but a value where the mask holds; x and mask broadcast. */
    public Tensor maskedFill(Tensor mask, Number value) {
        return Choice.maskedFill(this, mask, value);
    }

    /** x, but the only element of a tensor where the mask holds. */
    public Tensor maskedFill(Tensor mask, Tensor value) {
        return Choice.maskedFill(this, mask, value);
    }

    /** In place: at least min and at most max, which wins. */
    public Tensor clamp_(Number min, Number max) {
        return Choice.clamp_(this, min, max);
    }

    /** In place: at least min and at most max, which wins; both broadcast to x. */
    public Tensor clamp_(Tensor min, Tensor max) {
        return Choice.clamp_(this, min, max);
    }

    /** In place: at least min. */
    public Tensor clampMin_(Number min) {
        return Choice.clampMin_(this, min);
    }

    /** In place: at most max. */
    public Tensor clampMax_(Number max) {
        return Choice.clampMax_(this, max);
    }

    /** In place: a value where the mask, which broadcasts to x, holds. */
    public Tensor maskedFill_(Tensor mask, Number value) {
        return Choice.maskedFill_(this, mask, value);
    }

    /** In place: the only element of a tensor where the mask, which broadcasts to x, holds. */
    public Tensor maskedFill_(Tensor mask, Tensor value) {
        return Choice.maskedFill_(this, mask, value);
    }

    // ---- Ternary: three operands ----

    /** x + value * y * z; numbers, value whole for integers. */
    public Tensor addcmul(Tensor y, Tensor z, Number value) {
        return Ternary.addcmul(this, y, z, value);
    }

    /** x + value * y / z;. */
    public Tensor addcdiv(Tensor y, Tensor z, Number value) {
        return Ternary.addcdiv(this, y, z, value);
    }

    /** From x to y by the share weight: x for 0, y for 1;. */
    public Tensor lerp(Tensor y, Tensor weight) {
        return Ternary.lerp(this, y, weight);
    }

    /** From x to y by the share weight;. */
    public Tensor lerp(Tensor y, Number weight) {
        return Ternary.lerp(this, y, weight);
    }

    /** In place: x + value * y * z; y and z broadcast to x. */
    public Tensor addcmul_(Tensor y, Tensor z, Number value) {
        return Ternary.addcmul_(this, y, z, value);
    }

    /** In place: x + value * y / z; y and z broadcast to x. */
    public Tensor addcdiv_(Tensor y, Tensor z, Number value) {
        return Ternary.addcdiv_(this, y, z, value);
    }

    /** In place: from x to y by the share weight; y and weight broadcast to x. */
    public Tensor lerp_(Tensor y, Tensor weight) {
        return Ternary.lerp_(this, y, weight);
    }

    /** In place: from x to y by the share weight; y broadcasts to x. */
    public Tensor lerp_(Tensor y, Number weight) {
        return Ternary.lerp_(this, y, weight);
    }

    // ---- Bits: bits ----

    /** Every bit the other; "not" of BOOL. */
    public Tensor bitwiseNot() {
        return Bits.bitwiseNot(this);
    }

    /** The bits that both have, broadcast and promoted; integers or BOOL. */
    public Tensor bitwiseAnd(Tensor other) {
        return Bits.bitwiseAnd(this, other);
    }

    /** The bits that both have. */
    public Tensor bitwiseAnd(Number other) {
        return Bits.bitwiseAnd(this, other);
    }

    /** The bits that either has, broadcast and promoted; integers or BOOL. */
    public Tensor bitwiseOr(Tensor other) {
        return Bits.bitwiseOr(this, other);
    }

    /** The bits that either has. */
    public Tensor bitwiseOr(Number other) {
        return Bits.bitwiseOr(this, other);
    }

    /** The bits that one has, broadcast and promoted; integers or BOOL. */
    public Tensor bitwiseXor(Tensor other) {
        return Bits.bitwiseXor(this, other);
    }

    /** The bits that one has. */
    public Tensor bitwiseXor(Number other) {
        return Bits.bitwiseXor(this, other);
    }

    /** x times 2^other; a other outside of the width gives 0; broadcast and promoted integers. */
    public Tensor bitwiseLeftShift(Tensor other) {
        return Bits.bitwiseLeftShift(this, other);
    }

    /** x times 2^other; a other outside of the width gives 0. */
    public Tensor bitwiseLeftShift(Number other) {
        return Bits.bitwiseLeftShift(this, other);
    }

    /** x over 2^other, rounded down; a other outside of the width leaves the sign; broadcast and promoted integers. */
    public Tensor bitwiseRightShift(Tensor other) {
        return Bits.bitwiseRightShift(this, other);
    }

    /** x over 2^other, rounded down; a other outside of the width leaves the sign. */
    public Tensor bitwiseRightShift(Number other) {
        return Bits.bitwiseRightShift(this, other);
    }

    /** In place: every bit the other. */
    public Tensor bitwiseNot_() {
        return Bits.bitwiseNot_(this);
    }

    /** In place: the bits that both have; other broadcasts to x. */
    public Tensor bitwiseAnd_(Tensor other) {
        return Bits.bitwiseAnd_(this, other);
    }

    /** In place: the bits that both have. */
    public Tensor bitwiseAnd_(Number other) {
        return Bits.bitwiseAnd_(this, other);
    }

    /** In place: the bits that either has; other broadcasts to x. */
    public Tensor bitwiseOr_(Tensor other) {
        return Bits.bitwiseOr_(this, other);
    }

    /** In place: the bits that either has. */
    public Tensor bitwiseOr_(Number other) {
        return Bits.bitwiseOr_(this, other);
    }

    /** In place: the bits that one has; other broadcasts to x. */
    public Tensor bitwiseXor_(Tensor other) {
        return Bits.bitwiseXor_(this, other);
    }

    /** In place: the bits that one has. */
    public Tensor bitwiseXor_(Number other) {
        return Bits.bitwiseXor_(this, other);
    }

    /** In place: x times 2^other; other broadcasts to x. */
    public Tensor bitwiseLeftShift_(Tensor other) {
        return Bits.bitwiseLeftShift_(this, other);
    }

    /** In place: x times 2^other. */
    public Tensor bitwiseLeftShift_(Number other) {
        return Bits.bitwiseLeftShift_(this, other);
    }

    /** In place: x over 2^other, rounded down; other broadcasts to x. */
    public Tensor bitwiseRightShift_(Tensor other) {
        return Bits.bitwiseRightShift_(this, other);
    }

    /** In place: x over 2^other, rounded down. */
    public Tensor bitwiseRightShift_(Number other) {
        return Bits.bitwiseRightShift_(this, other);
    }

    // ---- Compare: logic ----

    /** BOOL: x != 0 and other != 0, broadcast. */
    public Tensor logicalAnd(Tensor other) {
        return Compare.logicalAnd(this, other);
    }

    /** BOOL: x != 0 or other != 0, broadcast. */
    public Tensor logicalOr(Tensor other) {
        return Compare.logicalOr(this, other);
    }

    /** BOOL: one of x and other is not 0, broadcast. */
    public Tensor logicalXor(Tensor other) {
        return Compare.logicalXor(this, other);
    }

    /** BOOL: x == 0. */
    public Tensor logicalNot() {
        return Compare.logicalNot(this);
    }

    /** BOOL: whether x is NaN. */
    public Tensor isnan() {
        return Compare.isnan(this);
    }

    /** BOOL: whether x is infinite, of either sign. */
    public Tensor isinf() {
        return Compare.isinf(this);
    }

    /** BOOL: whether x is neither infinite nor NaN. */
    public Tensor isfinite() {
        return Compare.isfinite(this);
    }

    /** In place: 1 where x == other, else 0. */
    public Tensor eq_(Tensor other) {
        return Compare.eq_(this, other);
    }

    /** In place: 1 where x == other, else 0. */
    public Tensor eq_(Number other) {
        return Compare.eq_(this, other);
    }

    /** In place: 1 where x != other, else 0. */
    public Tensor ne_(Tensor other) {
        return Compare.ne_(this, other);
    }

    /** In place: 1 where x != other, else 0. */
    public Tensor ne_(Number other) {
        return Compare.ne_(this, other);
    }

    /** In place: 1 where x &lt; other, else 0. */
    public Tensor lt_(Tensor other) {
        return Compare.lt_(this, other);
    }

    /** In place: 1 where x &lt; other, else 0. */
    public Tensor lt_(Number other) {
        return Compare.lt_(this, other);
    }

    /** In place: 1 where x &lt;= other, else 0. */
    public Tensor le_(Tensor other) {
        return Compare.le_(this, other);
    }

    /** In place: 1 where x &lt;= other, else 0. */
    public Tensor le_(Number other) {
        return Compare.le_(this, other);
    }

    /** In place: 1 where x &gt; other, else 0. */
    public Tensor gt_(Tensor other) {
        return Compare.gt_(this, other);
    }

    /** In place: 1 where x &gt; other, else 0. */
    public Tensor gt_(Number other) {
        return Compare.gt_(this, other);
    }

    /** In place: 1 where x &gt;= other, else 0. */
    public Tensor ge_(Tensor other) {
        return Compare.ge_(this, other);
    }

    /** In place: 1 where x &gt;= other, else 0. */
    public Tensor ge_(Number other) {
        return Compare.ge_(this, other);
    }

    /** In place: 1 where both are not 0, else 0. */
    public Tensor logicalAnd_(Tensor other) {
        return Compare.logicalAnd_(this, other);
    }

    /** In place: 1 where either is not 0, else 0. */
    public Tensor logicalOr_(Tensor other) {
        return Compare.logicalOr_(this, other);
    }

    /** In place: 1 where one is not 0, else 0. */
    public Tensor logicalXor_(Tensor other) {
        return Compare.logicalXor_(this, other);
    }

    /** In place: 1 where x is 0, else 0. */
    public Tensor logicalNot_() {
        return Compare.logicalNot_(this);
    }

    // ---- Random, in place ----

    /** In place: uniform in [low, high), from the global generator. */
    public Tensor uniform_(double low, double high) {
        return Random.uniform_(this, low, high, Generator.global());
    }

    /** In place: uniform in [low, high). */
    public Tensor uniform_(double low, double high, Generator generator) {
        return Random.uniform_(this, low, high, generator);
    }

    /** In place: normal, from the global generator. */
    public Tensor normal_(double mean, double std) {
        return Random.normal_(this, mean, std, Generator.global());
    }

    /** In place: normal. */
    public Tensor normal_(double mean, double std, Generator generator) {
        return Random.normal_(this, mean, std, generator);
    }

    /** In place: 1 with probability p, else 0, from the global generator. */
    public Tensor bernoulli_(double p) {
        return Random.bernoulli_(this, p, Generator.global());
    }

    /** In place: 1 with probability p, else 0. */
    public Tensor bernoulli_(double p, Generator generator) {
        return Random.bernoulli_(this, p, generator);
    }

    /** In place: exponential with a rate above 0. */
    public Tensor exponential_(double rate) {
        return Random.exponential_(this, rate, Generator.global());
    }

    /** 1 with the probability that this tensor holds there, else 0. */
    public Tensor bernoulli() {
        return Random.bernoulli(this, Generator.global());
    }

    /** Classes (I64) drawn with the probabilities that this tensor's rows give. */
    public Tensor multinomial(long samples, boolean replacement) {
        return Random.multinomial(this, samples, replacement, Generator.global());
    }

    /** Normal with a mean and a deviation for each element, from the global generator. */
    public static Tensor normal(Tensor mean, Tensor std) {
        return Random.normal(mean, std, Generator.global());
    }

    // ---- Reduce ----

    /** The sum; integers and BOOL give I64, of all elements. */
    public Tensor sum() {
        return Reduce.sum(this, false);
    }

    /** The sum; integers and BOOL give I64, over dimensions. */
    public Tensor sum(int... dims) {
        return Reduce.sum(this, false, dims);
    }

    /** The sum; integers and BOOL give I64, over dimensions, kept with size 1 where asked. */
    public Tensor sum(boolean keepDim, int... dims) {
        return Reduce.sum(this, keepDim, dims);
    }

    /** The mean; floating dtypes, of all elements. */
    public Tensor mean() {
        return Reduce.mean(this, false);
    }

    /** The mean; floating dtypes, over dimensions. */
    public Tensor mean(int... dims) {
        return Reduce.mean(this, false, dims);
    }

    /** The mean; floating dtypes, over dimensions, kept with size 1 where asked. */
    public Tensor mean(boolean keepDim, int... dims) {
        return Reduce.mean(this, keepDim, dims);
    }

    /** The largest of all elements; NaN where there is one. */
    public Tensor max() {
        return Reduce.max(this);
    }

    /** The largest over dimensions; equal ones share the gradient. */
    public Tensor amax(boolean keepDim, int... dims) {
        return Reduce.amax(this, keepDim, dims);
    }

    /** The largest over one dimension and where it is, the first of equal ones. */
    public Reduce.Extreme max(int dim) {
        return Reduce.max(this, dim, false);
    }

    /** The largest over one dimension and where it is, kept with size 1 where asked. */
    public Reduce.Extreme max(int dim, boolean keepDim) {
        return Reduce.max(this, dim, keepDim);
    }

    /** I64, rank 0: where the first largest of all elements is, in row-major order. */
    public Tensor argmax() {
        return Reduce.argmax(this);
    }

    /** I64: where the first largest over a dimension is. */
    public Tensor argmax(int dim) {
        return Reduce.argmax(this, dim, false);
    }

    /** I64: where the first largest over a dimension is, kept with size 1 where asked. */
    public Tensor argmax(int dim, boolean keepDim) {
        return Reduce.argmax(this, dim, keepDim);
    }

    /** The smallest of all elements; NaN where there is one. */
    public Tensor min() {
        return Reduce.min(this);
    }

    /** The smallest over dimensions; equal ones share the gradient. */
    public Tensor amin(boolean keepDim, int... dims) {
        return Reduce.amin(this, keepDim, dims);
    }

    /** The smallest over one dimension and where it is, the first of equal ones. */
    public Reduce.Extreme min(int dim) {
        return Reduce.min(this, dim, false);
    }

    /** The smallest over one dimension and where it is, kept with size 1 where asked. */
    public Reduce.Extreme min(int dim, boolean keepDim) {
        return Reduce.min(this, dim, keepDim);
    }

    /** I64, rank 0: where the first smallest of all elements is, in row-major order. */
    public Tensor argmin() {
        return Reduce.argmin(this);
    }

    /** I64: where the first smallest over a dimension is. */
    public Tensor argmin(int dim) {
        return Reduce.argmin(this, dim, false);
    }

    /** I64: where the first smallest over a dimension is, kept with size 1 where asked. */
    public Tensor argmin(int dim, boolean keepDim) {
        return Reduce.argmin(this, dim, keepDim);
    }

    /** The larger of each pair; {@link #maximum}. */
    public Tensor max(Tensor other) {
        return Elementwise.maximum(this, other);
    }

    /** The smaller of each pair; {@link #minimum}. */
    public Tensor min(Tensor other) {
        return Elementwise.minimum(this, other);
    }

    /** The smallest and the largest of all elements. */
    public Reduce.MinMax aminmax() {
        return Reduce.aminmax(this, false);
    }

    /** The smallest and the largest over dimensions, kept with size 1 where asked. */
    public Reduce.MinMax aminmax(boolean keepDim, int... dims) {
        return Reduce.aminmax(this, keepDim, dims);
    }

    /** The product of all elements; integers and BOOL give I64. */
    public Tensor prod() {
        return Product.prod(this, false);
    }

    /** The product over dimensions; integers and BOOL give I64. */
    public Tensor prod(int... dims) {
        return Product.prod(this, false, dims);
    }

    /** The product over dimensions, kept with size 1 where asked; integers and BOOL give I64. */
    public Tensor prod(boolean keepDim, int... dims) {
        return Product.prod(this, keepDim, dims);
    }

    /** The sum of all that is not NaN. */
    public Tensor nansum() {
        return Reduce.nansum(this, false);
    }

    /** The sum over dimensions of what is not NaN, kept with size 1 where asked. */
    public Tensor nansum(boolean keepDim, int... dims) {
        return Reduce.nansum(this, keepDim, dims);
    }

    /** The mean of all that is not NaN. */
    public Tensor nanmean() {
        return Reduce.nanmean(this, false);
    }

    /** The mean over dimensions of what is not NaN, kept with size 1 where asked. */
    public Tensor nanmean(boolean keepDim, int... dims) {
        return Reduce.nanmean(this, keepDim, dims);
    }

    /** BOOL: whether an element is not 0. */
    public Tensor any() {
        return Reduce.any(this, false);
    }

    /** BOOL: whether an element over dimensions is not 0. */
    public Tensor any(int... dims) {
        return Reduce.any(this, false, dims);
    }

    /** BOOL: whether an element over dimensions is not 0, kept with size 1 where asked. */
    public Tensor any(boolean keepDim, int... dims) {
        return Reduce.any(this, keepDim, dims);
    }

    /** BOOL: whether no element is 0. */
    public Tensor all() {
        return Reduce.all(this, false);
    }

    /** BOOL: whether no element over dimensions is 0. */
    public Tensor all(int... dims) {
        return Reduce.all(this, false, dims);
    }

    /** BOOL: whether no element over dimensions is 0, kept with size 1 where asked. */
    public Tensor all(boolean keepDim, int... dims) {
        return Reduce.all(this, keepDim, dims);
    }

    /** I64: how many elements over dimensions are not 0; none named: of all. */
    public Tensor countNonzero(int... dims) {
        return Reduce.countNonzero(this, dims);
    }

    /** The logarithm of the sum of e^x over dimensions, finite for finite x. */
    public Tensor logsumexp(int... dims) {
        return Reduce.logsumexp(this, false, dims);
    }

    /** The logarithm of the sum of e^x over dimensions, kept with size 1 where asked. */
    public Tensor logsumexp(boolean keepDim, int... dims) {
        return Reduce.logsumexp(this, keepDim, dims);
    }

    /** The root of the sum of squares of all elements. */
    public Tensor norm() {
        return VectorNorm.norm(this, 2, false);
    }

    /** The p-norm of all elements. */
    public Tensor norm(double p) {
        return VectorNorm.norm(this, p, false);
    }

    /** The p-norm over dimensions, kept with size 1 where asked. */
    public Tensor norm(double p, boolean keepDim, int... dims) {
        return VectorNorm.norm(this, p, keepDim, dims);
    }

    // ---- Statistics ----

    /** The variance of all elements, with correction 1. */
    public Tensor var() {
        return Statistics.var(this, 1, false);
    }

    /** The variance over dimensions, with correction 1. */
    public Tensor var(int... dims) {
        return Statistics.var(this, 1, false, dims);
    }

    /** The variance over dimensions, with correction 1, kept with size 1 where asked. */
    public Tensor var(boolean keepDim, int... dims) {
        return Statistics.var(this, 1, keepDim, dims);
    }

    /** The variance over dimensions, divided by the count less a correction, kept with size 1 where asked. */
    public Tensor var(double correction, boolean keepDim, int... dims) {
        return Statistics.var(this, correction, keepDim, dims);
    }

    /** The standard deviation of all elements, with correction 1. */
    public Tensor std() {
        return Statistics.std(this, 1, false);
    }

    /** The standard deviation over dimensions, with correction 1. */
    public Tensor std(int... dims) {
        return Statistics.std(this, 1, false, dims);
    }

    /** The standard deviation over dimensions, with correction 1, kept with size 1 where asked. */
    public Tensor std(boolean keepDim, int... dims) {
        return Statistics.std(this, 1, keepDim, dims);
    }

    /** The standard deviation over dimensions, divided by the count less a correction, kept with size 1 where asked. */
    public Tensor std(double correction, boolean keepDim, int... dims) {
        return Statistics.std(this, correction, keepDim, dims);
    }

    /** The variance, with correction 1, and the mean over dimensions; none named: of all. */
    public Statistics.VarMean varMean(int... dims) {
        return Statistics.varMean(this, 1, false, dims);
    }

    /** The variance, by the count less a correction, and the mean over dimensions, kept with size 1 where asked. */
    public Statistics.VarMean varMean(double correction, boolean keepDim, int... dims) {
        return Statistics.varMean(this, correction, keepDim, dims);
    }

    /** The standard deviation, with correction 1, and the mean over dimensions; none named: of all. */
    public Statistics.StdMean stdMean(int... dims) {
        return Statistics.stdMean(this, 1, false, dims);
    }

    /** The standard deviation, by the count less a correction, and the mean over dimensions, kept where asked. */
    public Statistics.StdMean stdMean(double correction, boolean keepDim, int... dims) {
        return Statistics.stdMean(this, correction, keepDim, dims);
    }

    /** The lower median of all elements; NaN where there is one. */
    public Tensor median() {
        return Statistics.median(this);
    }

    /** The lower median over a dimension and where it is; NaN where there is one. */
    public Sort.Sorted median(int dim) {
        return Statistics.median(this, dim, false);
    }

    /** The lower median over a dimension and where it is, kept with size 1 where asked. */
    public Sort.Sorted median(int dim, boolean keepDim) {
        return Statistics.median(this, dim, keepDim);
    }

    /** The lower median of all that is not NaN. */
    public Tensor nanmedian() {
        return Statistics.nanmedian(this);
    }

    /** The lower median over a dimension of what is not NaN, and where it is. */
    public Sort.Sorted nanmedian(int dim) {
        return Statistics.nanmedian(this, dim, false);
    }

    /** The lower median over a dimension of what is not NaN, and where it is, kept with size 1 where asked. */
    public Sort.Sorted nanmedian(int dim, boolean keepDim) {
        return Statistics.nanmedian(this, dim, keepDim);
    }

    /** A share as quantiles take it. */
    private Tensor share(double q) {
        return scalar(q, dtype()).to(device());
    }

    /** The value below which a share of all elements lies, interpolated. */
    public Tensor quantile(double q) {
        return Statistics.quantile(View.reshape(this, -1), share(q), 0, false, QuantileMode.LINEAR);
    }

    /** The values below which a share of the elements over a dimension lies, interpolated. */
    public Tensor quantile(double q, int dim) {
        return Statistics.quantile(this, share(q), dim, false, QuantileMode.LINEAR);
    }

    /** The values below which shares q ([] or [k]) of all elements lie, interpolated. */
    public Tensor quantile(Tensor q) {
        return Statistics.quantile(View.reshape(this, -1), q, 0, false, QuantileMode.LINEAR);
    }

    /** The values below which shares q ([] or [k]) of the elements over a dimension lie. */
    public Tensor quantile(Tensor q, int dim, boolean keepDim, QuantileMode mode) {
        return Statistics.quantile(this, q, dim, keepDim, mode);
    }

    /** The value below which a share of all elements that are not NaN lies, interpolated. */
    public Tensor nanquantile(double q) {
        return Statistics.nanquantile(View.reshape(this, -1), share(q), 0, false, QuantileMode.LINEAR);
    }

    /** The values below which a share of the elements over a dimension that are not NaN lies, interpolated. */
    public Tensor nanquantile(double q, int dim) {
        return Statistics.nanquantile(this, share(q), dim, false, QuantileMode.LINEAR);
    }

    /** The values below which shares q ([] or [k]) of the elements over a dimension that are not NaN lie. */
    public Tensor nanquantile(Tensor q, int dim, boolean keepDim, QuantileMode mode) {
        return Statistics.nanquantile(this, q, dim, keepDim, mode);
    }

    // ---- Scan: running results ----

    /** The running sum along a dimension; integers and BOOL give I64. */
    public Tensor cumsum(int dim) {
        return Scan.cumsum(this, dim);
    }

    /** The running product along a dimension; integers and BOOL give I64. */
    public Tensor cumprod(int dim) {
        return Product.cumprod(this, dim);
    }

    /** In place: the running sum along a dimension. */
    public Tensor cumsum_(int dim) {
        return Scan.cumsum_(this, dim);
    }

    /** In place: the running product along a dimension. */
    public Tensor cumprod_(int dim) {
        return Product.cumprod_(this, dim);
    }

    /** The running maximum along a dimension, and where it was last met. */
    public Reduce.Extreme cummax(int dim) {
        return Scan.cummax(this, dim);
    }

    /** The running minimum along a dimension, and where it was last met. */
    public Reduce.Extreme cummin(int dim) {
        return Scan.cummin(this, dim);
    }

    // ---- Norm: softmax ----

    /** e^x / sum of e^x over a dimension. */
    public Tensor softmax(int dim) {
        return Norm.softmax(this, dim);
    }

    /** The logarithm of softmax, computed without overflow. */
    public Tensor logSoftmax(int dim) {
        return Norm.logSoftmax(this, dim);
    }

    // ---- Linalg ----

    /** The matrix product by PyTorch's rules: vectors, matrices, batches, broadcast. */
    public Tensor matmul(Tensor other) {
        return Linalg.matmul(this, other);
    }

    /** The product of two matrices, [m, k] and [k, n]. */
    public Tensor mm(Tensor other) {
        return Linalg.mm(this, other);
    }

    /** The products of two batches of matrices; see {@link Linalg#bmm}. */
    public Tensor bmm(Tensor other) {
        return Linalg.bmm(this, other);
    }

    /** This matrix times a vector; see {@link Blas#mv}. */
    public Tensor mv(Tensor x) {
        return Blas.mv(this, x);
    }

    /** The sum of the products of two vectors; see {@link Blas#dot}. */
    public Tensor dot(Tensor other) {
        return Blas.dot(this, other);
    }

    /** Every product of elements of two vectors; see {@link Blas#outer}. */
    public Tensor outer(Tensor other) {
        return Blas.outer(this, other);
    }

    /** This + a b; see {@link Blas#addmm}. */
    public Tensor addmm(Tensor a, Tensor b) {
        return Blas.addmm(this, a, b, 1, 1);
    }

    /** beta this + alpha a b; see {@link Blas#addmm}. */
    public Tensor addmm(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addmm(this, a, b, beta, alpha);
    }

    /** This = beta this + alpha a b; see {@link Blas#addmm_}. */
    public Tensor addmm_(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addmm_(this, a, b, beta, alpha);
    }

    /** This + a x; see {@link Blas#addmv}. */
    public Tensor addmv(Tensor a, Tensor x) {
        return Blas.addmv(this, a, x, 1, 1);
    }

    /** beta this + alpha a x; see {@link Blas#addmv}. */
    public Tensor addmv(Tensor a, Tensor x, Number beta, Number alpha) {
        return Blas.addmv(this, a, x, beta, alpha);
    }

    /** This = beta this + alpha a x; see {@link Blas#addmv_}. */
    public Tensor addmv_(Tensor a, Tensor x, Number beta, Number alpha) {
        return Blas.addmv_(this, a, x, beta, alpha);
    }

    /** beta this + alpha times the outer product of a and b; see {@link Blas#addr}. */
    public Tensor addr(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addr(this, a, b, beta, alpha);
    }

    /** This = beta this + alpha times the outer product of a and b; see {@link Blas#addr_}. */
    public Tensor addr_(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addr_(this, a, b, beta, alpha);
    }

    /** This + the products of two batches; see {@link Blas#baddbmm}. */
    public Tensor baddbmm(Tensor a, Tensor b) {
        return Blas.baddbmm(this, a, b, 1, 1);
    }

    /** beta this + alpha times the products of two batches; see {@link Blas#baddbmm}. */
    public Tensor baddbmm(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.baddbmm(this, a, b, beta, alpha);
    }

    /** This = beta this + alpha times the products of two batches; see {@link Blas#baddbmm_}. */
    public Tensor baddbmm_(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.baddbmm_(this, a, b, beta, alpha);
    }

    /** beta this + alpha times the sum of the products of two batches; see {@link Blas#addbmm}. */
    public Tensor addbmm(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addbmm(this, a, b, beta, alpha);
    }

    /** This = beta this + alpha times the sum of the products of two batches; see {@link Blas#addbmm_}. */
    public Tensor addbmm_(Tensor a, Tensor b, Number beta, Number alpha) {
        return Blas.addbmm_(this, a, b, beta, alpha);
    }

    /** The sum of products that an equation names; see {@link Einsum#einsum}. */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Einsum.einsum(equation, operands);
    }

    /** The sum of the products over the last dimensions and other's first; see {@link Einsum#tensordot}. */
    public Tensor tensordot(Tensor other, int dims) {
        return Einsum.tensordot(this, other, dims);
    }

    /** The sum of the products over pairs of dimensions; see {@link Einsum#tensordot}. */
    public Tensor tensordot(Tensor other, int[] dims, int[] dimsOfOther) {
        return Einsum.tensordot(this, other, dims, dimsOfOther);
    }

    /** The Kronecker product; see {@link Chain#kron}. */
    public Tensor kron(Tensor other) {
        return Chain.kron(this, other);
    }

    /** Square matrices to a whole power; see {@link Chain#matrixPower}. */
    public Tensor matrixPower(long n) {
        return Chain.matrixPower(this, n);
    }

    /** The product of several matrices in the cheapest order; see {@link Chain#multiDot}. */
    public static Tensor multiDot(List<Tensor> matrices) {
        return Chain.multiDot(matrices);
    }

    // ---- Diagonal: diagonals and triangles ----

    /** The main diagonal of the first two dimensions, as a view; see {@link Diagonal#diagonal}. */
    public Tensor diagonal() {
        return Diagonal.diagonal(this, 0, 0, 1);
    }

    /** A diagonal over two dimensions, as a view; see {@link Diagonal#diagonal}. */
    public Tensor diagonal(long offset, int dim1, int dim2) {
        return Diagonal.diagonal(this, offset, dim1, dim2);
    }

    /** The last dimension on the diagonal of new matrices; see {@link Diagonal#diagEmbed}. */
    public Tensor diagEmbed() {
        return Diagonal.diagEmbed(this, 0, -2, -1);
    }

    /** The last dimension on a diagonal of new matrices; see {@link Diagonal#diagEmbed}. */
    public Tensor diagEmbed(long offset, int dim1, int dim2) {
        return Diagonal.diagEmbed(this, offset, dim1, dim2);
    }

    /** A vector as a diagonal matrix, or a matrix's diagonal; see {@link Diagonal#diag}. */
    public Tensor diag() {
        return Diagonal.diag(this, 0);
    }

    /** A vector as a matrix's k-th diagonal, or that of a matrix; see {@link Diagonal#diag}. */
    public Tensor diag(long offset) {
        return Diagonal.diag(this, offset);
    }

    /** The sum of a matrix's diagonal; see {@link Diagonal#trace}. */
    public Tensor trace() {
        return Diagonal.trace(this);
    }

    /** The lower triangle; see {@link Diagonal#tril}. */
    public Tensor tril() {
        return Diagonal.tril(this, 0);
    }

    /** The lower triangle up to a diagonal; see {@link Diagonal#tril}. */
    public Tensor tril(long offset) {
        return Diagonal.tril(this, offset);
    }

    /** The upper triangle; see {@link Diagonal#triu}. */
    public Tensor triu() {
        return Diagonal.triu(this, 0);
    }

    /** The upper triangle from a diagonal on; see {@link Diagonal#triu}. */
    public Tensor triu(long offset) {
        return Diagonal.triu(this, offset);
    }

    /** This = its lower triangle up to a diagonal. */
    public Tensor tril_(long offset) {
        return Diagonal.tril_(this, offset);
    }

    /** This = its upper triangle from a diagonal on. */
    public Tensor triu_(long offset) {
        return Diagonal.triu_(this, offset);
    }

    // ---- Solve, Factor, Spectrum: LAPACK ----

    /** The inverses of square matrices; see {@link Solve#inverse}. */
    public Tensor inverse() {
        return Solve.inverse(this);
    }

    /** x with this x = b; see {@link Solve#solve}. */
    public Tensor solve(Tensor b) {
        return Solve.solve(this, b, true);
    }

    /** x with this x = b, or x this = b; see {@link Solve#solve}. */
    public Tensor solve(Tensor b, boolean left) {
        return Solve.solve(this, b, left);
    }

    /** x with this x = b, this being triangular; see {@link Solve#solveTriangular}. */
    public Tensor solveTriangular(Tensor b, boolean upper) {
        return Solve.solveTriangular(this, b, upper, true, false);
    }

    /** The determinants of square matrices; see {@link Solve#det}. */
    public Tensor det() {
        return Solve.det(this);
    }

    /** Signs and logarithms of determinants; see {@link Solve#slogdet}. */
    public Solve.LogDet slogdet() {
        return Solve.slogdet(this);
    }

    /** The logarithms of determinants; see {@link Solve#logdet}. */
    public Tensor logdet() {
        return Solve.logdet(this);
    }

    /** The x with the least |this x - b|; see {@link Solve#lstsq}. */
    public Solve.LeastSquares lstsq(Tensor b) {
        return Solve.lstsq(this, b, -1);
    }

    /** Lower triangular l with l l' = this; see {@link Factor#cholesky}. */
    public Tensor cholesky() {
        return Factor.cholesky(this, false);
    }

    /** l with l l' = this, or u with u' u = this; see {@link Factor#cholesky}. */
    public Tensor cholesky(boolean upper) {
        return Factor.cholesky(this, upper);
    }

    /** Orthogonal q and upper triangular r with q r = this; see {@link Factor#qr}. */
    public Factor.Qr qr() {
        return Factor.qr(this, false);
    }

    /** Orthogonal q and upper triangular r with q r = this; see {@link Factor#qr}. */
    public Factor.Qr qr(boolean complete) {
        return Factor.qr(this, complete);
    }

    /** Singular values and vectors; see {@link Spectrum#svd}. */
    public Spectrum.Svd svd(boolean fullMatrices) {
        return Spectrum.svd(this, fullMatrices);
    }

    /** Singular values; see {@link Spectrum#svdvals}. */
    public Tensor svdvals() {
        return Spectrum.svdvals(this);
    }

    /** Eigenvalues and eigenvectors of symmetric matrices, from their lower triangle; see {@link Spectrum#eigh}. */
    public Spectrum.Eigh eigh() {
        return Spectrum.eigh(this, false);
    }

    /** Eigenvalues of symmetric matrices, from their lower triangle; see {@link Spectrum#eigvalsh}. */
    public Tensor eigvalsh() {
        return Spectrum.eigvalsh(this, false);
    }

    /** The inverse of Moore and Penrose; see {@link Spectrum#pinv}. */
    public Tensor pinv() {
        return Spectrum.pinv(this, -1);
    }

    /** How many singular values are not 0; see {@link Spectrum#matrixRank}. */
    public Tensor matrixRank() {
        return Spectrum.matrixRank(this, -1);
    }

    // ---- View: the same storage under another layout ----

    /** Another shape of the same count, one size of which may be -1; never a copy. */
    public Tensor view(long... sizes) {
        return View.view(this, sizes);
    }

    /** Another shape of the same count; a copy where no view can be. */
    public Tensor reshape(long... sizes) {
        return View.reshape(this, sizes);
    }

    /** The shape of other, as a view. */
    public Tensor viewAs(Tensor other) {
        return View.view(this, other.shape().toArray());
    }

    /** Two dimensions exchanged. */
    public Tensor transpose(int a, int b) {
        return View.transpose(this, a, b);
    }

    /** A matrix transposed; rank 0 and 1 as they are. */
    public Tensor t() {
        return View.t(this);
    }

    /** The last two dimensions exchanged. */
    public Tensor mT() {
        return View.transpose(this, -2, -1);
    }

    /** The dimensions in another order. */
    public Tensor permute(int... order) {
        return View.permute(this, order);
    }

    /** Sizes of 1 repeated without a copy; -1 keeps a size. */
    public Tensor expand(long... sizes) {
        return View.expand(this, sizes);
    }

    /** Expanded to the shape of other. */
    public Tensor expandAs(Tensor other) {
        return View.expand(this, other.shape().toArray());
    }

    /** Without the dimensions of size 1. */
    public Tensor squeeze() {
        return View.squeeze(this);
    }

    /** Without a dimension, where its size is 1. */
    public Tensor squeeze(int dim) {
        return View.squeeze(this, dim);
    }

    /** With a new dimension of size 1. */
    public Tensor unsqueeze(int dim) {
        return View.unsqueeze(this, dim);
    }

    /** One dimension; a copy where no view can be. */
    public Tensor flatten() {
        return View.flatten(this, 0, -1);
    }

    /** The dimensions from start to end, both included, as one. */
    public Tensor flatten(int start, int end) {
        return View.flatten(this, start, end);
    }

    /** One index of a dimension, which goes away; negative counts from the end. */
    public Tensor select(int dim, long index) {
        return View.select(this, dim, index);
    }

    /** A stretch of a dimension. */
    public Tensor narrow(int dim, long start, long length) {
        return View.narrow(this, dim, start, length);
    }

    /** Every step-th of a dimension from start up to, not including, end; negative ones count from the end. */
    public Tensor slice(int dim, long start, long end, long step) {
        return View.slice(this, dim, start, end, step);
    }

    /** Several dimensions indexed at once, as in {@code x[0, :, 1:3]}. */
    public Tensor index(Index... at) {
        return Indexing.index(this, at);
    }

    /** {@code x[at]} for a tensor of indexes (I64) or a mask (BOOL): a copy. */
    public Tensor index(Tensor at) {
        return Indexing.index(this, Index.of(at));
    }

    /** {@code x[i]}: a view without the first dimension. */
    public Tensor get(long i) {
        return View.select(this, 0, i);
    }

    /** A view; {@code x[i, j]}. */
    public Tensor get(long i, long j) {
        return get(i).get(j);
    }

    /** In place: {@code x[i] = value}. */
    public Tensor set(long i, Number value) {
        View.select(this, 0, i).fill_(value);
        return this;
    }

    /** In place: {@code x[i] = value}, broadcast. */
    public Tensor set(long i, Tensor value) {
        View.select(this, 0, i).copy_(value);
        return this;
    }

    /** In place: {@code x[i, j] = value}. */
    public Tensor set(long i, long j, Number value) {
        View.select(View.select(this, 0, i), 0, j).fill_(value);
        return this;
    }

    /** In place: {@code x[at] = value}, for a tensor of indexes (I64) or a mask (BOOL). */
    public Tensor set(Tensor at, Number value) {
        return set(List.of(Index.of(at)), value);
    }

    /** In place: {@code x[at] = value}, broadcast, for a tensor of indexes (I64) or a mask (BOOL). */
    public Tensor set(Tensor at, Tensor value) {
        return set(List.of(Index.of(at)), value);
    }

    /** In place: {@code x[at] = value}. */
    public Tensor set(List<Index> at, Number value) {
        return Indexing.indexPut_(this, at, scalar(value, dtype()).to(device()), false);
    }

    /** In place: {@code x[at] = value}, broadcast. */
    public Tensor set(List<Index> at, Tensor value) {
        return Indexing.indexPut_(this, at, value, false);
    }

    /** {@code x[at] = values} in a copy; accumulate: added to what is there. */
    public Tensor indexPut(List<Index> at, Tensor values, boolean accumulate) {
        return Indexing.indexPut(this, at, values, accumulate);
    }

    /** In place: {@code x[at] = values}; accumulate: added to what is there. */
    public Tensor indexPut_(List<Index> at, Tensor values, boolean accumulate) {
        return Indexing.indexPut_(this, at, values, accumulate);
    }

    /** Each index of a dimension. */
    public List<Tensor> unbind(int dim) {
        return View.unbind(this, dim);
    }

    /** Stretches of a size, the last may be shorter. */
    public List<Tensor> split(long size, int dim) {
        return View.split(this, size, dim);
    }

    /** Stretches of the first dimension. */
    public List<Tensor> split(long size) {
        return View.split(this, size, 0);
    }

    /** Stretches of these sizes. */
    public List<Tensor> split(long[] sizes, int dim) {
        return View.split(this, sizes, dim);
    }

    /** At most so many stretches of one size, the last may be shorter. */
    public List<Tensor> chunk(long chunks, int dim) {
        return View.chunk(this, chunks, dim);
    }

    /** Each index of the first dimension. */
    public List<Tensor> unbind() {
        return View.unbind(this, 0);
    }

    /** A dimension in another place. */
    public Tensor movedim(int from, int to) {
        return View.movedim(this, new int[] {from}, new int[] {to});
    }

    /** Dimensions in other places. */
    public Tensor movedim(int[] from, int[] to) {
        return View.movedim(this, from, to);
    }

    /** Two dimensions exchanged; transpose by another name. */
    public Tensor swapaxes(int a, int b) {
        return View.transpose(this, a, b);
    }

    /** Every window of a dimension, as a new last dimension. */
    public Tensor unfold(int dim, long size, long step) {
        return View.unfold(this, dim, size, step);
    }

    /** Any layout of the storage. */
    public Tensor asStrided(long[] sizes, long[] strides, long offset) {
        return View.asStrided(this, Layout.of(Shape.of(sizes), strides, offset));
    }

    /** The same storage without a history. */
    public Tensor detach() {
        return View.detach(this);
    }

    // ---- Index ----

    /** Entries of a dimension at an index (I64 [n]). */
    public Tensor indexSelect(int dim, Tensor index) {
        return dev.gatun.autograd.ops.Index.indexSelect(this, dim, index);
    }

    /** The elements at an index (I64) along a dimension. */
    public Tensor gather(int dim, Tensor index) {
        return dev.gatun.autograd.ops.Index.gather(this, dim, index);
    }

    /** A copy with source's elements at an index (I64) along a dimension. */
    public Tensor scatter(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.scatter(this, dim, index, source);
    }

    /** A copy with a number at an index (I64) along a dimension. */
    public Tensor scatter(int dim, Tensor index, Number value) {
        return dev.gatun.autograd.ops.Index.scatter(this, dim, index, value);
    }

    /** In place: source's elements at an index (I64) along a dimension. */
    public Tensor scatter_(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.scatter_(this, dim, index, source);
    }

    /** In place: a number at an index (I64) along a dimension. */
    public Tensor scatter_(int dim, Tensor index, Number value) {
        return dev.gatun.autograd.ops.Index.scatter_(this, dim, index, value);
    }

    /** A copy with source's elements added at an index (I64) along a dimension. */
    public Tensor scatterAdd(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.scatterAdd(this, dim, index, source);
    }

    /** In place: source's elements added at an index (I64) along a dimension. */
    public Tensor scatterAdd_(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.scatterAdd_(this, dim, index, source);
    }

    /** A copy with source's elements joined with this tensor's at an index (I64) along a dimension. */
    public Tensor scatterReduce(int dim, Tensor index, Tensor source, dev.gatun.autograd.ops.Index.Reduce reduce) {
        return dev.gatun.autograd.ops.Index.scatterReduce(this, dim, index, source, reduce, true);
    }

    /** In place: source's elements joined with this tensor's at an index (I64) along a dimension. */
    public Tensor scatterReduce_(int dim, Tensor index, Tensor source, dev.gatun.autograd.ops.Index.Reduce reduce) {
        return dev.gatun.autograd.ops.Index.scatterReduce_(this, dim, index, source, reduce, true);
    }

    /** A copy with source's entries added at an index (I64 [n]) of a dimension. */
    public Tensor indexAdd(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.indexAdd(this, dim, index, source, 1);
    }

    /** In place: source's entries added at an index (I64 [n]) of a dimension. */
    public Tensor indexAdd_(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.indexAdd_(this, dim, index, source, 1);
    }

    /** A copy with source's entries at an index (I64 [n]) of a dimension. */
    public Tensor indexCopy(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.indexCopy(this, dim, index, source);
    }

    /** In place: source's entries at an index (I64 [n]) of a dimension. */
    public Tensor indexCopy_(int dim, Tensor index, Tensor source) {
        return dev.gatun.autograd.ops.Index.indexCopy_(this, dim, index, source);
    }

    /** A copy with a number in the entries at an index (I64 [n]) of a dimension. */
    public Tensor indexFill(int dim, Tensor index, Number value) {
        return dev.gatun.autograd.ops.Index.indexFill(this, dim, index, value);
    }

    /** In place: a number in the entries at an index (I64 [n]) of a dimension. */
    public Tensor indexFill_(int dim, Tensor index, Number value) {
        return dev.gatun.autograd.ops.Index.indexFill_(this, dim, index, value);
    }

    /** Elements as if this tensor were flat, at an index (I64). */
    public Tensor take(Tensor index) {
        return Indexing.take(this, index);
    }

    /** I64 classes as vectors with a single 1; -1 classes: one more than the largest. */
    public Tensor oneHot(long classes) {
        return dev.gatun.autograd.ops.Index.oneHot(this, classes);
    }

    /** The elements where a mask (BOOL, broadcast) is set. */
    public Tensor maskedSelect(Tensor mask) {
        return Mask.maskedSelect(this, mask);
    }

    /** A copy whose elements where a mask (BOOL, broadcast) is set are source's, one after the other. */
    public Tensor maskedScatter(Tensor mask, Tensor source) {
        return Mask.maskedScatter(this, mask, source);
    }

    /** In place: the elements where a mask (BOOL, broadcast) is set become source's, one after the other. */
    public Tensor maskedScatter_(Tensor mask, Tensor source) {
        return Mask.maskedScatter_(this, mask, source);
    }

    /** I64 [set, rank]: where the elements are not 0. */
    public Tensor nonzero() {
        return Mask.nonzero(this);
    }

    // ---- Sort ----

    /** The elements along the last dimension in order, smallest first. */
    public Sort.Sorted sort() {
        return Sort.sort(this, -1, false);
    }

    /** The elements along a dimension in order. */
    public Sort.Sorted sort(int dim, boolean descending) {
        return Sort.sort(this, dim, descending);
    }

    /** Where the elements along the last dimension are in order, smallest first. */
    public Tensor argsort() {
        return Sort.argsort(this, -1, false);
    }

    /** Where the elements along a dimension are in order. */
    public Tensor argsort(int dim, boolean descending) {
        return Sort.argsort(this, dim, descending);
    }

    /** The k largest along the last dimension, in order. */
    public Sort.Sorted topk(long k) {
        return Sort.topk(this, k, -1, true);
    }

    /** The k largest along a dimension, in order. */
    public Sort.Sorted topk(long k, int dim) {
        return Sort.topk(this, k, dim, true);
    }

    /** The k largest or smallest along a dimension, in order. */
    public Sort.Sorted topk(long k, int dim, boolean largest) {
        return Sort.topk(this, k, dim, largest);
    }

    /** The k-th smallest along the last dimension. */
    public Sort.Sorted kthvalue(long k) {
        return Sort.kthvalue(this, k, -1, false);
    }

    /** The k-th smallest along a dimension. */
    public Sort.Sorted kthvalue(long k, int dim, boolean keepDim) {
        return Sort.kthvalue(this, k, dim, keepDim);
    }

    /** Each value once, in order; which of them every element is; how often each is there. */
    public Sort.Unique unique() {
        return Sort.unique(this);
    }

    /** Each entry of a dimension once, in order; which of them every entry is; how often each is there. */
    public Sort.Unique unique(int dim) {
        return Sort.unique(this, dim);
    }

    /** Where values would go in sorted rows, before equal elements. */
    public static Tensor searchsorted(Tensor sorted, Tensor values) {
        return Sort.searchsorted(sorted, values, false);
    }

    /** In which bucket each element lies, by sorted boundaries. */
    public Tensor bucketize(Tensor boundaries) {
        return Sort.bucketize(this, boundaries, false);
    }

    /** How many elements lie in each of even bins from low to high. */
    public Tensor histc(long bins, double low, double high) {
        return Sort.histc(this, bins, low, high);
    }

    /** How often each number from 0 on is there. */
    public Tensor bincount() {
        return Sort.bincount(this, 0);
    }

    // ---- Rearrange ----

    /** The order reversed along dimensions. */
    public Tensor flip(int... dims) {
        return Rearrange.flip(this, dims);
    }

    /** Elements shifted in row-major order; what leaves at the end comes in at the start. */
    public Tensor roll(long shift) {
        return Rearrange.roll(this, new long[] {shift});
    }

    /** Elements shifted along a dimension; what leaves at one end comes in at the other. */
    public Tensor roll(long shift, int dim) {
        return Rearrange.roll(this, new long[] {shift}, dim);
    }

    /** Elements shifted along dimensions; what leaves at one end comes in at the other. */
    public Tensor roll(long[] shifts, int... dims) {
        return Rearrange.roll(this, shifts, dims);
    }

    /** The plane of the first two dimensions turned by 90 degrees so often. */
    public Tensor rot90(int turns) {
        return Rearrange.rot90(this, turns, 0, 1);
    }

    /** Several times along each dimension. */
    public Tensor repeat(long... times) {
        return Rearrange.repeat(this, times);
    }

    /** Several times along the last dimensions. */
    public Tensor tile(long... times) {
        return Rearrange.tile(this, times);
    }

    /** Each element so often, one after the other, as a vector. */
    public Tensor repeatInterleave(long times) {
        return Rearrange.repeatInterleave(flatten(), times, 0);
    }

    /** Each element as often as times (I64) says, as a vector. */
    public Tensor repeatInterleave(Tensor times) {
        return Rearrange.repeatInterleave(flatten(), times, 0);
    }

    /** Each entry of a dimension so often, one after the other. */
    public Tensor repeatInterleave(long times, int dim) {
        return Rearrange.repeatInterleave(this, times, dim);
    }

    /** Each entry of a dimension as often as times (I64) says. */
    public Tensor repeatInterleave(Tensor times, int dim) {
        return Rearrange.repeatInterleave(this, times, dim);
    }

    /** Zeros around the last dimensions: how many before and behind, of the last dimension first. */
    public Tensor pad(long... padding) {
        return Rearrange.pad(this, PadMode.CONSTANT, 0, padding);
    }

    /** Elements around the last dimensions: how many before and behind, of the last dimension first. */
    public Tensor pad(PadMode mode, long... padding) {
        return Rearrange.pad(this, mode, 0, padding);
    }

    /** As PyTorch prints it, by the options that are set. */
    @Override
    public String toString() {
        return Printer.print(this, printOptions);
    }

    /** As PyTorch prints it, by other options. */
    public String toString(PrintOptions options) {
        return Printer.print(this, options);
    }

    /** Sets how every tensor prints from now on; {@code torch.set_printoptions}. */
    public static void setPrintOptions(PrintOptions options) {
        printOptions = options;
    }

    /** How tensors print. */
    public static PrintOptions printOptions() {
        return printOptions;
    }
}
