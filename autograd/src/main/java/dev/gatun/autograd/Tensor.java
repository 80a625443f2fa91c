package dev.gatun.autograd;

import dev.gatun.autograd.ops.Activation;
import dev.gatun.autograd.ops.Compare;
import dev.gatun.autograd.ops.Create;
import dev.gatun.autograd.ops.Elementwise;
import dev.gatun.autograd.ops.Indexing;
import dev.gatun.autograd.ops.Join;
import dev.gatun.autograd.ops.Linalg;
import dev.gatun.autograd.ops.Mask;
import dev.gatun.autograd.ops.Maths;
import dev.gatun.autograd.ops.Norm;
import dev.gatun.autograd.ops.PadMode;
import dev.gatun.autograd.ops.Random;
import dev.gatun.autograd.ops.Rearrange;
import dev.gatun.autograd.ops.Reduce;
import dev.gatun.autograd.ops.Sort;
import dev.gatun.autograd.ops.Transfer;
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
        long bytes = Math.multiplyExact(layout.shape().count(), dtype.bytes());
        return new Tensor(device.pool().allocate(bytes), layout, dtype);
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
            Meta base = known.base;
            known.refreshed();
            if (base != null && base.requiresGrad()) {
                known.madeBy(Graph.viewOfWritten(base, layout()), 0);
            }
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

    /** Puts this tensor where another one stands on the graph. */
    void history(Node node, int output) {
        metaForWrite().history(node, output);
    }

    /** Remembers that this tensor, just made, is a view of x. */
    void viewOf(Tensor x) {
        Meta of = x.metaForWrite();
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

    /** Whether there is a gradient. */
    public boolean hasGrad() {
        return meta != null && meta.grad() != null;
    }

    /**
     * The gradient, as another handle on it in the scope that is open: writing into it changes the gradient.
     *
     * @return shape and dtype of this tensor
     * @throws IllegalStateException if there is none; {@link #hasGrad()} asks
     */
    public Tensor grad() {
        Meta known = meta;
        Tensor gradient = known == null ? null : known.grad();
        if (gradient == null) {
            storage("grad");
            throw new IllegalStateException("grad: there is none: " + describe()
                    + (requiresGrad()
                            ? (isLeaf() ? "; backward() has not reached it" : " is not a leaf; retainGrad() keeps it")
                            : " does not require grad"));
        }
        return gradient.handle();
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
        return Elementwise.add(this, other.mul(alpha));
    }

    /** In place: this + alpha * other. */
    public Tensor add_(Tensor other, Number alpha) {
        return Elementwise.add_(this, other.mul(alpha));
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
        return Reduce.amax(this, false);
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
        return Reduce.amin(this, false);
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
